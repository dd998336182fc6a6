import { binary, constant, input, unary } from '../../expr/index.ts';
import { type Tensor, ValueError } from '../../tensor/index.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import { imag, real } from './complex.ts';
import { elementwise } from './elementwise.ts';
import { binaryOp, unaryOp } from './family.ts';

const x = input(0);
const y = input(1);

/** Sum, element by element. */
export const add = binaryOp('add', x.add(y));

/** Difference, element by element. */
export const sub = binaryOp('sub', x.sub(y));

/** Product, element by element. */
export const mul = binaryOp('mul', x.mul(y));

/** Quotient, element by element; integers give float32, as in Python. */
export const div = binaryOp('div', x.div(y), { dtype: 'float' });

/** The largest integer not above the quotient, as Python's `//`. */
export const floorDiv = binaryOp('floorDiv', x.div(y).floor());

/** The remainder with the divisor's sign, as Python's `%`. */
export const mod = binaryOp('mod', x.mod(y));

/** `a` to the power of `b`. The derivative with respect to `b` counts as 0 where `a` <= 0. */
export const pow = (a: TensorLike, b: TensorLike): Tensor => {
  if (b === 2) return square(a);
  if (b === 0.5) return sqrt(a);
  return elementwise('pow', (base, exponent) => base.pow(exponent), [a, b], {
    slopes: (base, exponent) => [
      exponent.eq(0).select(0, exponent.mul(base.pow(exponent.sub(1)))),
      base.gt(0).select(base.pow(exponent).mul(base.gt(0).select(base, 1).log()), 0),
    ],
  });
};

/** The larger of both, element by element; NaN if either is. At a tie the gradient goes to `a`. */
export const maximum = binaryOp('maximum', x.max(y), {
  slopes: (a, b) => [a.ge(b), a.ge(b).not()],
});

/** The smaller of both, element by element; NaN if either is. At a tie the gradient goes to `a`. */
export const minimum = binaryOp('minimum', x.min(y), {
  slopes: (a, b) => [a.le(b), a.le(b).not()],
});

/** The opposite number. */
export const neg = unaryOp('neg', x.neg());

/** The absolute value, float32 of complex64; its derivative at 0 is 0. */
export function abs(value: TensorLike): Tensor {
  const tensor = asTensor('abs', value);
  if (tensor.dtype !== 'complex64') return realAbs(tensor);
  return sqrt(add(square(real(tensor)), square(imag(tensor))));
}

const realAbs = unaryOp('abs', x.abs());

/** -1, 0 or 1. */
export const sign = unaryOp('sign', x.sign());

/** The number times itself. */
export const square = unaryOp('square', x.square());

/** The square root. */
export const sqrt = unaryOp('sqrt', x.sqrt(), { dtype: 'float' });

/** One over the square root. */
export const rsqrt = unaryOp('rsqrt', constant(1).div(x.sqrt()), { dtype: 'float' });

/** One over the number. */
export const reciprocal = unaryOp('reciprocal', constant(1).div(x), { dtype: 'float' });

/** The largest integer not above the number. */
export const floor = unaryOp('floor', x.floor());

/** The smallest integer not below the number. */
export const ceil = unaryOp('ceil', x.ceil());

/** The nearest integer; halves go to the even one. */
export const round = unaryOp('round', x.round());

/** The integer part. */
export const trunc = unaryOp('trunc', unary('trunc', x));

/**
 * Numbers below `min` become `min`, those above `max` become `max`; null leaves a side open. The
 * gradient passes at the limits and between them.
 * @example clip(pixels, 0, 1);
 */
export function clip(value: TensorLike, min: number | null, max: number | null): Tensor {
  if (min !== null && max !== null && min > max) {
    throw new ValueError(`clip: min ${min} is greater than max ${max}`);
  }
  return elementwise(
    'clip',
    (v) => {
      const lower = min === null ? v : v.max(min);
      return max === null ? lower : lower.min(max);
    },
    [value],
    {
      slopes: (v) => {
        const above = min === null ? constant(1) : v.ge(min);
        return [max === null ? above : above.mul(v.le(max))];
      },
      attributes: { min, max },
    },
  );
}

/** `a & b` on integers. */
export const bitwiseAnd = binaryOp('bitwiseAnd', binary('bitAnd', x, y));

/** `a | b` on integers. */
export const bitwiseOr = binaryOp('bitwiseOr', binary('bitOr', x, y));

/** `a ^ b` on integers. */
export const bitwiseXor = binaryOp('bitwiseXor', binary('bitXor', x, y));

/** `~x` on integers. */
export const bitwiseNot = unaryOp('bitwiseNot', unary('bitNot', x));

/** `a << b` on integers. */
export const leftShift = binaryOp('leftShift', binary('shiftLeft', x, y));

/** `a >> b` on integers, keeping the sign. */
export const rightShift = binaryOp('rightShift', binary('shiftRight', x, y));
