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

/** `abs`, in place. */
export const abs_ = inPlace(elementwise.abs);
/** `acos`, in place. */
export const acos_ = inPlace(elementwise.acos);
/** `acosh`, in place. */
export const acosh_ = inPlace(elementwise.acosh);
/** `add`, in place. */
export const add_ = inPlace(elementwise.add);
/** `addmm`, in place. */
export const addmm_ = inPlace(linalg.addmm);
/** `asin`, in place. */
export const asin_ = inPlace(elementwise.asin);
/** `asinh`, in place. */
export const asinh_ = inPlace(elementwise.asinh);
/** `atan`, in place. */
export const atan_ = inPlace(elementwise.atan);
/** `atanh`, in place. */
export const atanh_ = inPlace(elementwise.atanh);
/** `bitwiseAnd`, in place. */
export const bitwiseAnd_ = inPlace(elementwise.bitwiseAnd);
/** `bitwiseNot`, in place. */
export const bitwiseNot_ = inPlace(elementwise.bitwiseNot);
/** `bitwiseOr`, in place. */
export const bitwiseOr_ = inPlace(elementwise.bitwiseOr);
/** `bitwiseXor`, in place. */
export const bitwiseXor_ = inPlace(elementwise.bitwiseXor);
/** `ceil`, in place. */
export const ceil_ = inPlace(elementwise.ceil);
/** `clip`, in place. */
export const clip_ = inPlace(elementwise.clip);
/** `copysign`, in place. */
export const copysign_ = inPlace(elementwise.copysign);
/** `cos`, in place. */
export const cos_ = inPlace(elementwise.cos);
/** `cosh`, in place. */
export const cosh_ = inPlace(elementwise.cosh);
/** `cumprod`, in place. */
export const cumprod_ = inPlace(reduction.cumprod);
/** `cumsum`, in place. */
export const cumsum_ = inPlace(reduction.cumsum);
/** `digamma`, in place. */
export const digamma_ = inPlace(elementwise.digamma);
/** `divide`, in place. */
export const divide_ = inPlace(elementwise.divide);
/** `erf`, in place. */
export const erf_ = inPlace(elementwise.erf);
/** `erfinv`, in place. */
export const erfinv_ = inPlace(elementwise.erfinv);
/** `exp`, in place. */
export const exp_ = inPlace(elementwise.exp);
/** `expm1`, in place. */
export const expm1_ = inPlace(elementwise.expm1);
/** `floor`, in place. */
export const floor_ = inPlace(elementwise.floor);
/** `floorDivide`, in place. */
export const floorDivide_ = inPlace(elementwise.floorDivide);
/** `frac`, in place. */
export const frac_ = inPlace(elementwise.frac);
/** `hypot`, in place. */
export const hypot_ = inPlace(elementwise.hypot);
/** `indexAdd`, in place. */
export const indexAdd_ = inPlace(indexing.indexAdd);
/** `indexFill`, in place. */
export const indexFill_ = inPlace(indexing.indexFill);
/** `indexPut`, in place. */
export const indexPut_ = inPlace(indexing.indexPut);
/** `ldexp`, in place. */
export const ldexp_ = inPlace(elementwise.ldexp);
/** `lerp`, in place. */
export const lerp_ = inPlace(elementwise.lerp);
/** `lgamma`, in place. */
export const lgamma_ = inPlace(elementwise.lgamma);
/** `log`, in place. */
export const log_ = inPlace(elementwise.log);
/** `log10`, in place. */
export const log10_ = inPlace(elementwise.log10);
/** `log1p`, in place. */
export const log1p_ = inPlace(elementwise.log1p);
/** `log2`, in place. */
export const log2_ = inPlace(elementwise.log2);
/** `logicalAnd`, in place. */
export const logicalAnd_ = inPlace(logic.logicalAnd);
/** `logicalNot`, in place. */
export const logicalNot_ = inPlace(logic.logicalNot);
/** `logicalOr`, in place. */
export const logicalOr_ = inPlace(logic.logicalOr);
/** `logicalXor`, in place. */
export const logicalXor_ = inPlace(logic.logicalXor);
/** `logit`, in place. */
export const logit_ = inPlace(elementwise.logit);
/** `maskedFill`, in place. */
export const maskedFill_ = inPlace(masking.maskedFill);
/** `maskedScatter`, in place. */
export const maskedScatter_ = inPlace(masking.maskedScatter);
/** `mod`, in place. */
export const mod_ = inPlace(elementwise.mod);
/** `multiply`, in place. */
export const multiply_ = inPlace(elementwise.multiply);
/** `nanToNum`, in place. */
export const nanToNum_ = inPlace(elementwise.nanToNum);
/** `neg`, in place. */
export const neg_ = inPlace(elementwise.neg);
/** `pow`, in place. */
export const pow_ = inPlace(elementwise.pow);
/** `putAlongAxis`, in place. */
export const putAlongAxis_ = inPlace(indexing.putAlongAxis);
/** `reciprocal`, in place. */
export const reciprocal_ = inPlace(elementwise.reciprocal);
/** `remainder`, in place. */
export const remainder_ = inPlace(elementwise.remainder);
/** `renorm`, in place. */
export const renorm_ = inPlace(linalg.renorm);
/** `round`, in place. */
export const round_ = inPlace(elementwise.round);
/** `rsqrt`, in place. */
export const rsqrt_ = inPlace(elementwise.rsqrt);
/** `scale`, in place. */
export const scale_ = inPlace(elementwise.scale);
/** `scatter`, in place. */
export const scatter_ = inPlace(indexing.scatter);
/** `sigmoid`, in place. */
export const sigmoid_ = inPlace(elementwise.sigmoid);
/** `sin`, in place. */
export const sin_ = inPlace(elementwise.sin);
/** `sinh`, in place. */
export const sinh_ = inPlace(elementwise.sinh);
/** `sqrt`, in place. */
export const sqrt_ = inPlace(elementwise.sqrt);
/** `square`, in place. */
export const square_ = inPlace(elementwise.square);
/** `subtract`, in place. */
export const subtract_ = inPlace(elementwise.subtract);
/** `tan`, in place. */
export const tan_ = inPlace(elementwise.tan);
/** `tanh`, in place. */
export const tanh_ = inPlace(elementwise.tanh);
/** `tril`, in place. */
export const tril_ = inPlace(manipulation.tril);
/** `triu`, in place. */
export const triu_ = inPlace(manipulation.triu);
/** `trunc`, in place. */
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
