import {
  DTypeError,
  dtypes,
  formatShape,
  ShapeError,
  sameShape,
  type Tensor,
} from '../../tensor/index.ts';
import { reshape } from '../shape/reshape.ts';
import { asTensor, fromTypedArray, type TensorLike } from '../tensor-like.ts';
import { gather } from './gather.ts';

/**
 * The indices of the elements that are not 0, int32 [count, rank], in row-major order.
 * Asynchronous: how many there are must be read back.
 */
export async function nonzero(x: TensorLike): Promise<Tensor> {
  const tensor = asTensor('nonzero', x);
  return nonzeroOf(tensor, await tensor.data());
}

/** `nonzero` where memory is at hand (cpu, wasm). */
export function nonzeroSync(x: TensorLike): Tensor {
  const tensor = asTensor('nonzero', x);
  return nonzeroOf(tensor, tensor.dataSync());
}

function nonzeroOf(tensor: Tensor, data: ArrayLike<number>): Tensor {
  const { slots } = dtypes[tensor.dtype];
  const found: number[] = [];
  const index = new Array<number>(tensor.rank).fill(0);
  for (let i = 0; i < tensor.size; i++) {
    if (data[i * slots] !== 0 || (slots === 2 && data[i * slots + 1] !== 0)) found.push(...index);
    for (let axis = tensor.rank - 1; axis >= 0; axis--) {
      if (++index[axis] < tensor.shape[axis]) break;
      index[axis] = 0;
    }
  }
  const count = tensor.rank === 0 ? Number(data[0] !== 0) : found.length / tensor.rank;
  return fromTypedArray('nonzero', Int32Array.from(found), [count, tensor.rank]);
}

/**
 * The slices of x where the mask, over the first axes of x, is true (not 0): [count, other axes].
 * Asynchronous: how many there are must be read back.
 * @example const positive = await booleanMask(x, x.greater(0));
 */
export async function booleanMask(x: TensorLike, mask: TensorLike): Promise<Tensor> {
  const [tensor, chosen] = maskOperands(x, mask);
  return takeMasked(tensor, chosen.rank, await chosen.data());
}

/** Checks that the mask covers the first axes of x. */
export function maskOperands(x: TensorLike, mask: TensorLike): readonly [Tensor, Tensor] {
  const [tensor, chosen] = [asTensor('booleanMask', x), asTensor('booleanMask', mask)];
  if (!sameShape(chosen.shape, tensor.shape.slice(0, chosen.rank))) {
    throw new ShapeError(
      `booleanMask: a mask of shape ${formatShape(chosen.shape)} does not cover the first axes of ` +
        formatShape(tensor.shape),
    );
  }
  return [tensor, chosen];
}

/** The slices for which the mask's elements, over the first `axes` axes, are not 0. */
export function takeMasked(x: Tensor, axes: number, mask: ArrayLike<number>): Tensor {
  const rows = reshape(x, [mask.length, ...x.shape.slice(axes)]);
  const found: number[] = [];
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) found.push(i);
  return gather(rows, Int32Array.from(found));
}

/** What `unique` finds. */
export interface UniqueResult {
  /** The distinct values in ascending order. */
  readonly values: Tensor;
  /** Where each first occurs among the elements in row-major order, int32. */
  readonly indices: Tensor;
  /** For each element, in the shape of x, the place of its value in `values`, int32. */
  readonly inverse: Tensor;
  /** How often each value occurs, int32. */
  readonly counts: Tensor;
}

/**
 * The distinct elements, as `numpy.unique`; NaNs count as one. Asynchronous: how many there are
 * must be read back.
 */
export async function unique(x: TensorLike): Promise<UniqueResult> {
  const tensor = asTensor('unique', x);
  return uniqueOf(tensor, await tensor.data());
}

/** `unique` where memory is at hand (cpu, wasm). */
export function uniqueSync(x: TensorLike): UniqueResult {
  const tensor = asTensor('unique', x);
  return uniqueOf(tensor, tensor.dataSync());
}

function uniqueOf(tensor: Tensor, data: ArrayLike<number>): UniqueResult {
  if (dtypes[tensor.dtype].kind === 'complex') {
    throw new DTypeError('unique: complex64 has no order');
  }
  const compare = (a: number, b: number) =>
    a === b ? 0 : Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a - b;
  const order = Array.from(data, (_, i) => i).sort((i, j) => compare(data[i], data[j]) || i - j);
  const firsts: number[] = [];
  const counts: number[] = [];
  const inverse = new Int32Array(data.length);
  order.forEach((at, i) => {
    if (i === 0 || compare(data[order[i - 1]], data[at]) !== 0) {
      firsts.push(at);
      counts.push(0);
    }
    counts[counts.length - 1]++;
    inverse[at] = firsts.length - 1;
  });
  const indices = fromTypedArray('unique', Int32Array.from(firsts), [firsts.length]);
  return {
    values: gather(reshape(tensor, [tensor.size]), indices),
    indices,
    inverse: fromTypedArray('unique', inverse, tensor.shape),
    counts: fromTypedArray('unique', Int32Array.from(counts), [counts.length]),
  };
}
