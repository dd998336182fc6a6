import { constant, input, unary } from '../../expr/index.ts';
import { binaryOp, unaryOp } from './family.ts';

const x = input(0);
const float = { dtype: 'float' } as const;

/** The sine of an angle in radians. */
export const sin = unaryOp('sin', x.sin(), float);

/** The cosine of an angle in radians. */
export const cos = unaryOp('cos', x.cos(), float);

/** The tangent of an angle in radians. */
export const tan = unaryOp('tan', unary('tan', x), float);

/** The angle in [-pi/2, pi/2] whose sine is the number. */
export const asin = unaryOp('asin', unary('asin', x), float);

/** The angle in [0, pi] whose cosine is the number. */
export const acos = unaryOp('acos', unary('acos', x), float);

/** The angle in (-pi/2, pi/2) whose tangent is the number. */
export const atan = unaryOp('atan', unary('atan', x), float);

/** The angle of the point (b, a) in (-pi, pi], as `atan2(y, x)`. */
export const atan2 = binaryOp('atan2', (a, b) => a.atan2(b), float);

/** The hyperbolic sine. */
export const sinh = unaryOp('sinh', x.expm1().sub(x.neg().expm1()).mul(0.5), float);

/** The hyperbolic cosine. */
export const cosh = unaryOp('cosh', x.exp().add(x.neg().exp()).mul(0.5), float);

/** The hyperbolic tangent. */
export const tanh = unaryOp('tanh', x.tanh(), float);

/** The inverse of `sinh`. */
export const asinh = unaryOp(
  'asinh',
  (v) => {
    const size = v.abs();
    return v.sign().mul(size.add(size.mul(size.div(v.square().add(1).sqrt().add(1)))).log1p());
  },
  { ...float, slopes: (v) => [constant(1).div(v.square().add(1).sqrt())] },
);

/** The inverse of `cosh`, for numbers >= 1. */
export const acosh = unaryOp(
  'acosh',
  (v) => {
    const above = v.sub(1);
    return above.add(above.mul(above.add(2)).sqrt()).log1p();
  },
  { ...float, slopes: (v) => [constant(1).div(v.sub(1).mul(v.add(1)).sqrt())] },
);

/** The inverse of `tanh`, for numbers in (-1, 1). */
export const atanh = unaryOp('atanh', x.log1p().sub(x.neg().log1p()).mul(0.5), {
  ...float,
  slopes: (v) => [constant(1).div(constant(1).sub(v).mul(v.add(1)))],
});
