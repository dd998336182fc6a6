import { formatShape, runWithDataOf, ShapeError, sizeOf, type Tensor } from '../../tensor/index.ts';
import { matmul } from '../linear/matmul.ts';
import { max, mean } from '../reduce/reduce.ts';
import { asFloat } from '../reduce/statistics.ts';
import { concat } from '../shape/concat.ts';
import { reshape } from '../shape/reshape.ts';
import { narrow } from '../shape/slice.ts';
import { asTensor, fromTypedArray, type TensorLike } from '../tensor-like.ts';
import { type PerAxis, perAxis } from './geometry.ts';

/**
 * Cells [start, end) of an axis of `size` that the i-th of `parts` windows covers; windows may
 * overlap by a cell.
 */
const windowOf = (i: number, parts: number, size: number): readonly [number, number] => [
  Math.floor((i * size) / parts),
  Math.ceil(((i + 1) * size) / parts),
];

type PoolAxis = (x: Tensor, axis: number, parts: number) => Tensor;

/** Splits an axis into windows of equal size, if it can be. */
function equalWindows(x: Tensor, axis: number, parts: number): Tensor | null {
  const size = x.shape[axis];
  if (size % parts !== 0) return null;
  return reshape(x, [...x.shape.slice(0, axis), parts, size / parts, ...x.shape.slice(axis + 1)]);
}

const averageAxis: PoolAxis = (x, axis, parts) => {
  const windows = equalWindows(x, axis, parts);
  if (windows) return mean(windows, axis + 1);
  const size = x.shape[axis];
  const weights = new Float64Array(parts * size);
  for (let i = 0; i < parts; i++) {
    const [start, end] = windowOf(i, parts, size);
    weights.fill(1 / (end - start), i * size + start, i * size + end);
  }
  return weightAxis(x, axis, weights, parts);
};

/** Multiplies an axis by a matrix [parts, size] of constants. */
export function weightAxis(x: Tensor, axis: number, weights: Float64Array, parts: number): Tensor {
  const outer = x.shape.slice(0, axis);
  const inner = x.shape.slice(axis + 1);
  const size = x.shape[axis];
  const matrix = runWithDataOf([x], () =>
    fromTypedArray('weights', weights, [parts, size], x.dtype),
  );
  const product = matmul(matrix, reshape(x, [sizeOf(outer), size, sizeOf(inner)]));
  return reshape(product, [...outer, parts, ...inner]);
}

const maxAxis: PoolAxis = (x, axis, parts) => {
  const windows = equalWindows(x, axis, parts);
  if (windows) return max(windows, axis + 1);
  const cells = Array.from({ length: parts }, (_, i) => {
    const [start, end] = windowOf(i, parts, x.shape[axis]);
    return max(narrow(x, axis, start, end - start), axis, { keepDims: true });
  });
  return concat(cells, axis);
};

function adaptivePool(
  op: string,
  pool: PoolAxis,
  x: Tensor,
  output: PerAxis,
  axes: number,
): Tensor {
  if (x.rank !== axes + 2) {
    throw new ShapeError(
      `${op}: expected an input of rank ${axes + 2} [batch, .., channels], received ` +
        formatShape(x.shape),
    );
  }
  const parts = perAxis(op, 'output size', output, axes);
  return parts.reduce((pooled, n, i) => pool(pooled, i + 1, n), x);
}

/** Means over windows that divide series [batch, steps, channels] into `output` steps. */
export const adaptiveAvgPool1d = (x: TensorLike, output: PerAxis): Tensor =>
  adaptivePool('adaptiveAvgPool1d', averageAxis, asFloat('adaptiveAvgPool1d', x), output, 1);

/** Means over windows that divide images [batch, height, width, channels] into `output` cells. */
export const adaptiveAvgPool2d = (x: TensorLike, output: PerAxis): Tensor =>
  adaptivePool('adaptiveAvgPool2d', averageAxis, asFloat('adaptiveAvgPool2d', x), output, 2);

/**
 * Means over windows that divide volumes [batch, depth, height, width, channels] into `output`
 * cells.
 */
export const adaptiveAvgPool3d = (x: TensorLike, output: PerAxis): Tensor =>
  adaptivePool('adaptiveAvgPool3d', averageAxis, asFloat('adaptiveAvgPool3d', x), output, 3);

/** Maxima over windows that divide series [batch, steps, channels] into `output` steps. */
export const adaptiveMaxPool1d = (x: TensorLike, output: PerAxis): Tensor =>
  adaptivePool('adaptiveMaxPool1d', maxAxis, asTensor('adaptiveMaxPool1d', x), output, 1);

/** Maxima over windows that divide images [batch, height, width, channels] into `output` cells. */
export const adaptiveMaxPool2d = (x: TensorLike, output: PerAxis): Tensor =>
  adaptivePool('adaptiveMaxPool2d', maxAxis, asTensor('adaptiveMaxPool2d', x), output, 2);

/**
 * Maxima over windows that divide volumes [batch, depth, height, width, channels] into `output`
 * cells.
 */
export const adaptiveMaxPool3d = (x: TensorLike, output: PerAxis): Tensor =>
  adaptivePool('adaptiveMaxPool3d', maxAxis, asTensor('adaptiveMaxPool3d', x), output, 3);
