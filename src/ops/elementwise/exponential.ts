import { constant, input, unary } from '../../expr/index.ts';
import { binaryOp, unaryOp } from './family.ts';

const x = input(0);
const float = { dtype: 'float' } as const;

/** e to the power of the number. */
export const exp = unaryOp('exp', x.exp(), float);

/** `exp(x) - 1`, exact near 0. */
export const expm1 = unaryOp('expm1', x.expm1(), float);

/** The natural logarithm. */
export const log = unaryOp('log', x.log(), float);

/** `log(1 + x)`, exact near 0. */
export const log1p = unaryOp('log1p', x.log1p(), float);

/** The logarithm to base 2. */
export const log2 = unaryOp('log2', x.log().div(Math.LN2), float);

/** The logarithm to base 10. */
export const log10 = unaryOp('log10', x.log().div(Math.LN10), float);

/** `log(exp(a) + exp(b))` without overflow. */
export const logAddExp = binaryOp(
  'logAddExp',
  (a, b) => a.max(b).add(a.sub(b).abs().neg().exp().log1p()),
  { ...float, slopes: (a, b) => [logistic(a.sub(b)), logistic(b.sub(a))] },
);

const logistic = (v: typeof x) => v.mul(0.5).tanh().mul(0.5).add(0.5);

/** The error function. */
export const erf = unaryOp('erf', x.erf(), float);

/** The complement of the error function, `1 - erf(x)`. */
export const erfc = unaryOp('erfc', constant(1).sub(x.erf()), float);

/** The inverse of the error function, for numbers in (-1, 1). */
export const erfinv = unaryOp('erfinv', unary('erfinv', x), float);

/** The logarithm of the absolute value of the gamma function. */
export const lgamma = unaryOp('lgamma', unary('lgamma', x), float);

/** The derivative of `lgamma`. */
export const digamma = unaryOp('digamma', unary('digamma', x), float);
