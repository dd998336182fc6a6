import { run } from '../backends/registry.ts';
import { constant } from '../expr/index.ts';
import {
  checkShape,
  type DType,
  type Shape,
  Tensor,
  type TypedArray,
  ValueError,
} from '../tensor/index.ts';
import { identityKernel } from './copy.ts';
import { emptyTensor } from './result.ts';
import { asTensor, fromTypedArray, type TensorLike } from './tensor-like.ts';

/** Options of what makes a tensor. */
export interface CreateOptions {
  /** Element type; float32 by default, or that of the data. */
  readonly dtype?: DType;
  /** Whether `backward()` shall leave a gradient in `grad`. */
  readonly requiresGrad?: boolean;
}

/**
 * A tensor of numbers: nested arrays give its shape. float32 unless said, bool for booleans, the
 * own type for typed arrays. A tensor is copied, without history. Throws a ShapeError for ragged
 * rows.
 * @example const w = tensor([[1, 2], [3, 4]], { requiresGrad: true });
 */
export function tensor(value: TensorLike, { dtype, requiresGrad }: CreateOptions = {}): Tensor {
  const made =
    value instanceof Tensor
      ? identityKernel(value, dtype ?? value.dtype)
      : asTensor('tensor', value, dtype);
  if (requiresGrad) made.requiresGrad = true;
  return made;
}

/**
 * A tensor over a copy of `data`, which holds the elements in row-major order. A Uint16Array with
 * dtype float16 or bfloat16 holds bit patterns, a Float32Array with complex64 pairs.
 * @example const images = fromData(pixels, [60000, 28, 28]);
 */
export function fromData(data: TypedArray, shape: Shape, dtype?: DType): Tensor {
  checkShape('fromData', shape);
  return fromTypedArray('fromData', data, shape, dtype);
}

/** A tensor whose elements are all `value`; float32 unless said. */
export function full(
  shape: Shape,
  value: number,
  { dtype = 'float32', requiresGrad }: CreateOptions = {},
): Tensor {
  checkShape('full', shape);
  const result = emptyTensor(shape, dtype);
  run('elementwise', [], [result], { formulas: [constant(value)] });
  if (requiresGrad) result.requiresGrad = true;
  return result;
}

/** A tensor of zeros; float32 unless said. */
export const zeros = (shape: Shape, options?: CreateOptions): Tensor => full(shape, 0, options);

/** A tensor of ones; float32 unless said. */
export const ones = (shape: Shape, options?: CreateOptions): Tensor => full(shape, 1, options);

/** A tensor of the shape and type of `x`, filled with `value`. */
export function fullLike(x: TensorLike, value: number, options: CreateOptions = {}): Tensor {
  const like = asTensor('fullLike', x);
  const result = emptyTensor(like.shape, options.dtype ?? like.dtype, [like]);
  run('elementwise', [], [result], { formulas: [constant(value)] });
  if (options.requiresGrad) result.requiresGrad = true;
  return result;
}

/** A tensor of zeros of the shape and type of `x`. */
export const zerosLike = (x: TensorLike, options?: CreateOptions): Tensor =>
  fullLike(x, 0, options);

/** A tensor of ones of the shape and type of `x`. */
export const onesLike = (x: TensorLike, options?: CreateOptions): Tensor => fullLike(x, 1, options);

/**
 * Numbers from `start` up to, not including, `stop`; `arange(n)` counts from 0. int32 if all
 * arguments are integers, else float32.
 */
export function arange(
  start: number,
  stop?: number,
  step = 1,
  { dtype, requiresGrad }: CreateOptions = {},
): Tensor {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0 || ![from, to, step].every(Number.isFinite)) {
    throw new ValueError(
      `arange: start, stop and step must be finite and step not 0, received ${from}, ${to}, ${step}`,
    );
  }
  const length = Math.max(0, Math.ceil((to - from) / step));
  const kind = dtype ?? ([from, to, step].every(Number.isInteger) ? 'int32' : 'float32');
  const data = new Float64Array(length);
  for (let i = 0; i < length; i++) data[i] = from + i * step;
  const made = fromTypedArray('arange', data, [length], kind);
  if (requiresGrad) made.requiresGrad = true;
  return made;
}

/**
 * `count` evenly spaced numbers from `start` to `stop`, both included unless `endpoint` is false;
 * float32 unless said.
 */
export function linspace(
  start: number,
  stop: number,
  count = 50,
  { dtype = 'float32', endpoint = true }: CreateOptions & { readonly endpoint?: boolean } = {},
): Tensor {
  if (!Number.isInteger(count) || count < 0) {
    throw new ValueError(`linspace: count must be an integer >= 0, received ${count}`);
  }
  const steps = endpoint ? Math.max(1, count - 1) : count;
  const data = Float64Array.from({ length: count }, (_, i) =>
    endpoint && i === count - 1 && count > 1 ? stop : start + ((stop - start) * i) / steps,
  );
  return fromTypedArray('linspace', data, [count], dtype);
}

/** A matrix with ones on the diagonal `offset` above the main one; float32 unless said. */
export function eye(
  rows: number,
  columns = rows,
  { dtype = 'float32', offset = 0 }: CreateOptions & { readonly offset?: number } = {},
): Tensor {
  checkShape('eye', [rows, columns]);
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const j = i + offset;
    if (j >= 0 && j < columns) data[i * columns + j] = 1;
  }
  return fromTypedArray('eye', data, [rows, columns], dtype);
}
