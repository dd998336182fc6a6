import { binary, constant, type Expr, input } from '../../expr/index.ts';
import type { Tensor } from '../../tensor/index.ts';
import type { TensorLike } from '../tensor-like.ts';
import { elementwise } from './elementwise.ts';
import { binaryOp, unaryOp } from './family.ts';

const float = { dtype: 'float' } as const;
const x = input(0);
const y = input(1);
const largest = Number.POSITIVE_INFINITY;

/** 1 for the first where it wins, a half where both are equal. */
const share = (wins: Expr, ties: Expr): Expr => wins.add(ties.mul(0.5));

/** The larger of both, as `maximum`, but at a tie both get half of the gradient. */
export const sharedMaximum = binaryOp('sharedMaximum', x.max(y), {
  slopes: (a, b) => [share(a.gt(b), a.eq(b)), share(b.gt(a), a.eq(b))],
});

/** The smaller of both, as `minimum`, but at a tie both get half of the gradient. */
export const sharedMinimum = binaryOp('sharedMinimum', x.min(y), {
  slopes: (a, b) => [share(a.lt(b), a.eq(b)), share(b.lt(a), a.eq(b))],
});

const either = (a: Expr, b: Expr, both: Expr): Expr =>
  a.isNaN().select(b, b.isNaN().select(a, both));

/** The larger of both; the other where one is NaN. At a tie the gradient goes to `a`. */
export const fmax = binaryOp('fmax', either(x, y, x.max(y)), {
  slopes: (a, b) => {
    const first = a.ge(b).max(b.isNaN());
    return [first, first.not()];
  },
});

/** The smaller of both; the other where one is NaN. At a tie the gradient goes to `a`. */
export const fmin = binaryOp('fmin', either(x, y, x.min(y)), {
  slopes: (a, b) => {
    const first = a.le(b).max(b.isNaN());
    return [first, first.not()];
  },
});

/** The fraction of a number: `x - trunc(x)`. */
export const frac = unaryOp('frac', x.sub(x.trunc()), { slopes: () => [constant(1)] });

/** The length of the hypotenuse, `sqrt(a² + b²)`, without overflow; its gradient at 0 is 0. */
export const hypot = binaryOp('hypot', hypotenuse(x, y), {
  ...float,
  slopes: (a, b) => {
    const length = hypotenuse(a, b);
    return [a, b].map((side) => length.eq(0).select(0, side.div(length)));
  },
});

function hypotenuse(a: Expr, b: Expr): Expr {
  const [long, short] = [a.abs().max(b.abs()), a.abs().min(b.abs())];
  const ratio = long.eq(0).select(0, short.div(long));
  return long.mul(ratio.square().add(1).sqrt());
}

/** Whether the sign is negative, that of -0 included. */
const isNegative = (v: Expr): Expr => v.lt(0).max(v.eq(0).mul(constant(1).div(v).lt(0)));

/** The size of `a` with the sign of `b`. */
export const copySign = binaryOp('copySign', isNegative(y).select(x.abs().neg(), x.abs()), {
  ...float,
  slopes: (a, b) => [a.eq(0).select(0, isNegative(a).ne(isNegative(b)).select(-1, 1)), constant(0)],
});

/** Whether the sign is negative, that of -0 included. */
export const signBit = unaryOp('signBit', isNegative(x), { dtype: 'bool' });

/** Whether the number is positive infinity. */
export const isPositiveInfinity = unaryOp('isPositiveInfinity', x.eq(largest), { dtype: 'bool' });

/** Whether the number is negative infinity. */
export const isNegativeInfinity = unaryOp('isNegativeInfinity', x.eq(-largest), { dtype: 'bool' });

/** 0 below 0, 1 above, `b` at 0. */
export const heaviside = binaryOp('heaviside', x.isNaN().select(x, x.eq(0).select(y, x.gt(0))), {
  slopes: (a) => [constant(0), a.eq(0)],
});

/** `sin(πx) / (πx)`, 1 at 0. */
export const sinc = unaryOp('sinc', sincOf(x), {
  ...float,
  slopes: (v) => {
    const angle = v.mul(Math.PI);
    return [v.eq(0).select(0, angle.cos().sub(sincOf(v)).div(v.eq(0).select(1, v)))];
  },
});

function sincOf(v: Expr): Expr {
  const angle = v.mul(Math.PI);
  return v.eq(0).select(1, angle.sin().div(v.eq(0).select(1, angle)));
}

/** `log(x / (1 - x))`; x is first cut to [epsilon, 1 - epsilon] if an epsilon is given. */
export function logit(value: TensorLike, epsilon: number | null = null): Tensor {
  return elementwise(
    'logit',
    (v) => {
      const p = epsilon === null ? v : v.max(epsilon).min(1 - epsilon);
      return p.div(constant(1).sub(p)).log();
    },
    [value],
    {
      ...float,
      slopes: (v) => {
        const slope = constant(1).div(v.mul(constant(1).sub(v)));
        if (epsilon === null) return [slope];
        return [
          v
            .ge(epsilon)
            .mul(v.le(1 - epsilon))
            .select(slope, 0),
        ];
      },
      attributes: { epsilon },
    },
  );
}

/** The n-th derivative of digamma. */
export function polygamma(value: TensorLike, n: number): Tensor {
  return elementwise('polygamma', (v) => binary('polygamma', n, v), [value], {
    ...float,
    slopes: (v) => [binary('polygamma', n + 1, v)],
    attributes: { n },
  });
}

/** NaN, infinity and minus infinity replaced; by default 0 and the largest numbers of float32. */
export function nanToNum(value: TensorLike, nan: number, highest: number, lowest: number): Tensor {
  return elementwise(
    'nanToNum',
    (v) => v.isNaN().select(nan, v.eq(largest).select(highest, v.eq(-largest).select(lowest, v))),
    [value],
    { slopes: (v) => [v.abs().lt(largest)], attributes: { nan, highest, lowest } },
  );
}

/** `outer * tanh(inner * x)`. */
export function scaledTanh(value: TensorLike, inner: number, outer: number): Tensor {
  return elementwise('scaledTanh', (v) => v.mul(inner).tanh().mul(outer), [value], {
    ...float,
    attributes: { inner, outer },
  });
}

/** `a + weight * (b - a)`. */
export const lerp = (a: TensorLike, b: TensorLike, weight: TensorLike): Tensor =>
  elementwise('lerp', (from, to, t) => from.add(t.mul(to.sub(from))), [a, b, weight], float);

/** `a * 2^b`. */
export const ldexp = (a: TensorLike, b: TensorLike): Tensor =>
  elementwise('ldexp', (v, power) => v.mul(constant(2).pow(power)), [a, b], float);

/** x, but at least `bound + offset`; the gradient passes to x as if it were not bounded. */
export const raise = (value: TensorLike, bound: TensorLike, offset: number): Tensor =>
  elementwise('raise', (v, b) => v.max(b.add(offset)), [value, bound], {
    slopes: () => [constant(1), constant(0)],
    attributes: { offset },
  });
