import { unaryResult } from '../../autograd/index.ts';
import type { Reduction } from '../../backends/kernels.ts';
import { input } from '../../expr/index.ts';
import {
  type DType,
  dtypes,
  normalizeAxes,
  type Shape,
  sizeOf,
  type Tensor,
} from '../../tensor/index.ts';
import { div, mul } from '../elementwise/arithmetic.ts';
import { cast } from '../elementwise/cast.ts';
import { elementwise } from '../elementwise/elementwise.ts';
import { formulaOf } from '../elementwise/formulas.ts';
import { reshape } from '../shape/reshape.ts';
import { inversePermutation, transpose } from '../shape/transpose.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import { reduceFormula } from './reduce-formula.ts';
import { cumprod } from './scan.ts';

/** One axis, several, or (undefined or null) all. */
export type Axes = number | readonly number[] | null;

/** Options of all reductions. */
export interface ReduceOptions {
  /** Keep the reduced axes, with size 1. */
  readonly keepDims?: boolean;
}

const identity = input(0);

/** The shape without the reduced axes, or with 1 in their place. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims = false): number[] {
  return keepDims
    ? shape.map((n, axis) => (axes.includes(axis) ? 1 : n))
    : shape.filter((_, axis) => !axes.includes(axis));
}

/** The type that sums and products have: small integers grow to int32. */
const accumulatorType = (dtype: DType): DType =>
  dtypes[dtype].kind === 'float' || dtype === 'int64' ? dtype : 'int32';

/** float16 and bfloat16 are summed in float32. */
const isHalf = (dtype: DType): boolean => dtype === 'float16' || dtype === 'bfloat16';

/**
 * The sum over axes. Integers smaller than int32 and bools are summed as int32.
 * @example sum(x, -1, { keepDims: true });
 */
export function sum(x: TensorLike, axis?: Axes, { keepDims }: ReduceOptions = {}): Tensor {
  const tensor = asTensor('sum', x);
  const axes = normalizeAxes('sum', axis, tensor.rank);
  const dtype = accumulatorType(tensor.dtype);
  const total = reduceFormula('sum', 'sum', identity, [tensor], { axes, dtype });
  return reshape(total, reducedShape(tensor.shape, axes, keepDims));
}

/** The arithmetic mean over axes; integers give float32, the mean of nothing is NaN. */
export function mean(x: TensorLike, axis?: Axes, { keepDims }: ReduceOptions = {}): Tensor {
  const tensor = asTensor('mean', x);
  const axes = normalizeAxes('mean', axis, tensor.rank);
  return meanOf('mean', tensor, axes, keepDims);
}

function meanOf(op: string, x: Tensor, axes: readonly number[], keepDims?: boolean): Tensor {
  const float = dtypes[x.dtype].kind === 'float';
  const dtype = float && !isHalf(x.dtype) ? x.dtype : 'float32';
  const total = reduceFormula(op, 'sum', identity, [x], { axes, dtype });
  const average = div(total, countOf(x.shape, axes));
  const result = float ? cast(average, x.dtype) : average;
  return reshape(result, reducedShape(x.shape, axes, keepDims));
}

/** Number of elements that are reduced to one. */
export const countOf = (shape: Shape, axes: readonly number[]): number =>
  sizeOf(axes.map((axis) => shape[axis]));

/** The product over axes; its gradient is right where there are zeros. */
export function prod(x: TensorLike, axis?: Axes, { keepDims }: ReduceOptions = {}): Tensor {
  const tensor = asTensor('prod', x);
  const axes = normalizeAxes('prod', axis, tensor.rank);
  const kept = reducedShape(tensor.shape, axes, true);
  const forward = (): Tensor =>
    reduceFormula('prod', 'prod', identity, [tensor], {
      axes,
      dtype: accumulatorType(tensor.dtype),
    });
  const product = unaryResult('prod', [tensor], forward, {
    backward: (gradient) => [mul(productOfOthers(tensor, axes), reshape(gradient, kept))],
  });
  return reshape(product, reducedShape(tensor.shape, axes, keepDims));
}

/**
 * For each element the product of all the others along the axes: what comes before it times what
 * comes after it.
 */
function productOfOthers(x: Tensor, axes: readonly number[]): Tensor {
  const others = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...others, ...axes];
  const moved = transpose(x, order);
  const lines = reshape(moved, [...others.map((axis) => x.shape[axis]), countOf(x.shape, axes)]);
  const before = cumprod(lines, -1, { exclusive: true });
  const after = cumprod(lines, -1, { exclusive: true, reverse: true });
  return transpose(reshape(mul(before, after), moved.shape), inversePermutation(order));
}

function extreme(
  op: 'max' | 'min',
  x: TensorLike,
  axis: Axes | undefined,
  keepDims: boolean | undefined,
): Tensor {
  const tensor = asTensor(op, x);
  const axes = normalizeAxes(op, axis, tensor.rank);
  const forward = (): Tensor =>
    reduceFormula(op, op, identity, [tensor], { axes, dtype: tensor.dtype });
  const result: Tensor = unaryResult(op, [tensor], forward, {
    backward: (gradient) => {
      const ties = reduceFormula('countTies', 'sum', isExtreme, [tensor, result], {
        axes,
        dtype: tensor.dtype,
      });
      return [elementwise(`${op}Gradient`, extremeSlope, [tensor, result, gradient, ties])];
    },
  });
  return reshape(result, reducedShape(tensor.shape, axes, keepDims));
}

const isExtreme = input(0).eq(input(1));
const extremeSlope = formulaOf((x, found, g, ties) => x.eq(found).select(g.div(ties), 0));

/**
 * The largest element over axes; NaN if one is NaN. Equal maxima share the gradient, as in
 * TensorFlow.
 */
export const max = (x: TensorLike, axis?: Axes, { keepDims }: ReduceOptions = {}): Tensor =>
  extreme('max', x, axis, keepDims);

/**
 * The smallest element over axes; NaN if one is NaN. Equal minima share the gradient, as in
 * TensorFlow.
 */
export const min = (x: TensorLike, axis?: Axes, { keepDims }: ReduceOptions = {}): Tensor =>
  extreme('min', x, axis, keepDims);

function logical(op: Reduction, x: TensorLike, axis: Axes | undefined, keepDims?: boolean): Tensor {
  const tensor = asTensor(op, x);
  const axes = normalizeAxes(op, axis, tensor.rank);
  const found = reduceFormula(op, op, identity, [tensor], { axes, dtype: 'bool' });
  return reshape(found, reducedShape(tensor.shape, axes, keepDims));
}

/** Whether any element over the axes is true (not 0). */
export const any = (x: TensorLike, axis?: Axes, { keepDims }: ReduceOptions = {}): Tensor =>
  logical('any', x, axis, keepDims);

/** Whether all elements over the axes are true (not 0). */
export const all = (x: TensorLike, axis?: Axes, { keepDims }: ReduceOptions = {}): Tensor =>
  logical('all', x, axis, keepDims);

/** How many elements over the axes are not 0, as int32. */
export function countNonzero(x: TensorLike, axis?: Axes, { keepDims }: ReduceOptions = {}): Tensor {
  const tensor = asTensor('countNonzero', x);
  const axes = normalizeAxes('countNonzero', axis, tensor.rank);
  const count = reduceFormula('countNonzero', 'sum', input(0).ne(0), [tensor], {
    axes,
    dtype: 'int32',
  });
  return reshape(count, reducedShape(tensor.shape, axes, keepDims));
}
