// Functions whose name ends in `_`: the first tensor takes over what the function without it gives.
import * as ops from '../ops/index.ts';
import * as elementwise from './elementwise.ts';
import * as indexing from './indexing.ts';
import * as linalg from './linalg.ts';
import * as logic from './logic.ts';
import * as manipulation from './manipulation.ts';
import * as masking from './masking.ts';
import { inPlace } from './operands.ts';
import * as reduction from './reduction.ts';
import { define } from './signature.ts';
import type { Tensor } from './tensor.ts';

export const abs_ = inPlace(elementwise.abs);
export const acos_ = inPlace(elementwise.acos);
export const acosh_ = inPlace(elementwise.acosh);
export const add_ = inPlace(elementwise.add);
export const addmm_ = inPlace(linalg.addmm);
export const asin_ = inPlace(elementwise.asin);
export const asinh_ = inPlace(elementwise.asinh);
export const atan_ = inPlace(elementwise.atan);
export const atanh_ = inPlace(elementwise.atanh);
export const bitwiseAnd_ = inPlace(elementwise.bitwiseAnd);
export const bitwiseNot_ = inPlace(elementwise.bitwiseNot);
export const bitwiseOr_ = inPlace(elementwise.bitwiseOr);
export const bitwiseXor_ = inPlace(elementwise.bitwiseXor);
export const ceil_ = inPlace(elementwise.ceil);
export const clip_ = inPlace(elementwise.clip);
export const copysign_ = inPlace(elementwise.copysign);
export const cos_ = inPlace(elementwise.cos);
export const cosh_ = inPlace(elementwise.cosh);
export const cumprod_ = inPlace(reduction.cumprod);
export const cumsum_ = inPlace(reduction.cumsum);
export const digamma_ = inPlace(elementwise.digamma);
export const divide_ = inPlace(elementwise.divide);
export const erf_ = inPlace(elementwise.erf);
export const erfinv_ = inPlace(elementwise.erfinv);
export const exp_ = inPlace(elementwise.exp);
export const expm1_ = inPlace(elementwise.expm1);
export const floor_ = inPlace(elementwise.floor);
export const floorDivide_ = inPlace(elementwise.floorDivide);
export const frac_ = inPlace(elementwise.frac);
export const hypot_ = inPlace(elementwise.hypot);
export const indexAdd_ = inPlace(indexing.indexAdd);
export const indexFill_ = inPlace(indexing.indexFill);
export const indexPut_ = inPlace(indexing.indexPut);
export const ldexp_ = inPlace(elementwise.ldexp);
export const lerp_ = inPlace(elementwise.lerp);
export const lgamma_ = inPlace(elementwise.lgamma);
export const log_ = inPlace(elementwise.log);
export const log10_ = inPlace(elementwise.log10);
export const log1p_ = inPlace(elementwise.log1p);
export const log2_ = inPlace(elementwise.log2);
export const logicalAnd_ = inPlace(logic.logicalAnd);
export const logicalNot_ = inPlace(logic.logicalNot);
export const logicalOr_ = inPlace(logic.logicalOr);
export const logicalXor_ = inPlace(logic.logicalXor);
export const logit_ = inPlace(elementwise.logit);
export const maskedFill_ = inPlace(masking.maskedFill);
export const maskedScatter_ = inPlace(masking.maskedScatter);
export const mod_ = inPlace(elementwise.mod);
export const multiply_ = inPlace(elementwise.multiply);
export const nanToNum_ = inPlace(elementwise.nanToNum);
export const neg_ = inPlace(elementwise.neg);
export const pow_ = inPlace(elementwise.pow);
export const putAlongAxis_ = inPlace(indexing.putAlongAxis);
export const reciprocal_ = inPlace(elementwise.reciprocal);
export const remainder_ = inPlace(elementwise.remainder);
export const renorm_ = inPlace(linalg.renorm);
export const round_ = inPlace(elementwise.round);
export const rsqrt_ = inPlace(elementwise.rsqrt);
export const scale_ = inPlace(elementwise.scale);
export const scatter_ = inPlace(indexing.scatter);
export const sigmoid_ = inPlace(elementwise.sigmoid);
export const sin_ = inPlace(elementwise.sin);
export const sinh_ = inPlace(elementwise.sinh);
export const sqrt_ = inPlace(elementwise.sqrt);
export const square_ = inPlace(elementwise.square);
export const subtract_ = inPlace(elementwise.subtract);
export const tan_ = inPlace(elementwise.tan);
export const tanh_ = inPlace(elementwise.tanh);
export const tril_ = inPlace(manipulation.tril);
export const triu_ = inPlace(manipulation.triu);
export const trunc_ = inPlace(elementwise.trunc);

/** Fills a tensor with a number. */
export const fill_ = define('fill_', ['x', 'value'], [], (x: Tensor, value: number) => {
  x.checkWritable('fill_');
  return x.become('fill_', ops.fullLike(x.tensor.detach(), value));
});

/** Fills a tensor with zeros. */
export const zero_ = define('zero_', ['x'], [], (x: Tensor) => fill_(x, 0));

/** Fills the diagonal of a matrix, of a tall one (`wrap`) again and again. */
export const fillDiagonal_ = define(
  'fillDiagonal_',
  ['x', 'value'],
  ['offset', 'wrap'],
  (x: Tensor, value: number, offset: number = 0, wrapAround: boolean = false) => {
    x.checkWritable('fillDiagonal_');
    const [rows, columns] = x.shape;
    const every = wrapAround && rows > columns;
    const places = Array.from({ length: rows }, (_, i) => [
      i,
      (every ? i % (columns + 1) : i) + offset,
    ]);
    const inside = places.filter(([, j]) => j >= 0 && j < columns).map(([i, j]) => i * columns + j);
    const flat = ops.reshape(x.tensor, [-1]);
    return x.become('fillDiagonal_', ops.reshape(ops.scatterSet(flat, inside, value), x.shape));
  },
);

/** Another shape for the same tensor. */
export const reshape_ = define(
  'reshape_',
  ['x', 'shape'],
  [],
  (x: Tensor, shape: readonly number[]) =>
    x.point('reshape_', manipulation.reshape(x, shape).tensor),
);

/** The tensor's axes joined, in place. */
export const flatten_ = define(
  'flatten_',
  ['x'],
  ['startAxis', 'stopAxis'],
  (x: Tensor, startAxis: number = 0, stopAxis: number = -1) =>
    x.point('flatten_', manipulation.flatten(x, startAxis, stopAxis).tensor),
);

/** Axes of size 1 left out, in place. */
export const squeeze_ = define(
  'squeeze_',
  ['x'],
  ['axis'],
  (x: Tensor, axis?: number | readonly number[]) =>
    x.point('squeeze_', manipulation.squeeze(x, axis ?? null).tensor),
);

/** Axes of size 1 added, in place. */
export const unsqueeze_ = define(
  'unsqueeze_',
  ['x', 'axis'],
  [],
  (x: Tensor, axis: number | readonly number[]) =>
    x.point('unsqueeze_', manipulation.unsqueeze(x, axis).tensor),
);

/** The axes in another order, in place. */
export const transpose_ = define(
  'transpose_',
  ['x', 'perm'],
  [],
  (x: Tensor, perm: readonly number[]) =>
    x.point('transpose_', manipulation.transpose(x, perm).tensor),
);

/** A matrix transposed, in place. */
export const t_ = define('t_', ['input'], [], (input: Tensor) =>
  input.point('t_', manipulation.t(input).tensor),
);
