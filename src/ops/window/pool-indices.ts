import { ShapeError, sizeOf, type Tensor } from '../../tensor/index.ts';
import { elementwise } from '../elementwise/elementwise.ts';
import { takeAlongAxis } from '../indexing/along-axis.ts';
import { gather } from '../indexing/gather.ts';
import { argmax } from '../reduce/arg-reduce.ts';
import { reshape } from '../shape/reshape.ts';
import { transpose } from '../shape/transpose.ts';
import { asTensor, fromTypedArray, type TensorLike } from '../tensor-like.ts';

/** The cells of each window along one axis; -1 is a place outside. */
export type WindowCells = readonly (readonly number[])[];

/** Cells of windows of one size along an axis of `size` cells. */
export function windowCells(
  size: number,
  window: {
    readonly size: number;
    readonly stride: number;
    readonly padding: number;
    readonly count: number;
  },
): WindowCells {
  return Array.from({ length: window.count }, (_, i) =>
    Array.from({ length: window.size }, (_, k) => {
      const cell = i * window.stride + k - window.padding;
      return cell >= 0 && cell < size ? cell : -1;
    }),
  );
}

/** Cells of `count` windows that cover an axis of `size` cells as evenly as can be. */
export function adaptiveCells(size: number, count: number): WindowCells {
  const bounds = (i: number): [number, number] => [
    Math.floor((i * size) / count),
    Math.ceil(((i + 1) * size) / count),
  ];
  const longest = Math.max(...Array.from({ length: count }, (_, i) => bounds(i)[1] - bounds(i)[0]));
  return Array.from({ length: count }, (_, i) => {
    const [start, end] = bounds(i);
    return Array.from({ length: longest }, (_, k) => (start + k < end ? start + k : -1));
  });
}

/**
 * The largest value in each window of x [batch, .., channels] with its place among the cells of
 * the axes between, counted in row-major order (int32). Windows are given by their cells along each
 * axis. The gradient goes to the first of equal maxima.
 */
export function maxPoolWithIndices(
  x: TensorLike,
  windows: readonly WindowCells[],
): { values: Tensor; indices: Tensor } {
  const tensor = asTensor('maxPoolWithIndices', x);
  const axes = windows.length;
  if (tensor.rank !== axes + 2) {
    throw new ShapeError(`maxPoolWithIndices: expected rank ${axes + 2}, received ${tensor.rank}`);
  }
  const sizes = tensor.shape.slice(1, -1);
  const counts = windows.map((cells) => cells.length);
  const lengths = windows.map((cells) => cells[0]?.length ?? 0);
  const [cells, outside] = placesOf(windows, sizes);
  const patch = sizeOf(lengths);
  const places = fromTypedArray('places', cells, [sizeOf(counts), patch]);
  const [batch, channels] = [tensor.shape[0], tensor.shape[tensor.rank - 1]];
  const flat = reshape(tensor, [batch, sizeOf(sizes), channels]);
  const patches = transpose(gather(flat, places, { axis: 1 }), [0, 1, 3, 2]);
  const missing = reshape(fromTypedArray('outside', outside, [sizeOf(counts), patch]), [
    1,
    sizeOf(counts),
    1,
    patch,
  ]);
  const lowest = elementwise(
    'inside',
    (value, gone) => gone.select(Number.NEGATIVE_INFINITY, value),
    [patches.detach(), missing],
    { dtype: tensor.dtype },
  );
  const winners = argmax(lowest, -1, { keepDims: true });
  const shape = [batch, ...counts, channels];
  const spread = reshape(places, [1, sizeOf(counts), 1, patch]);
  return {
    values: reshape(takeAlongAxis(patches, winners, -1), shape),
    indices: reshape(takeAlongAxis(spread, winners, -1), shape),
  };
}

/** For each window and each of its cells the place among all cells, and whether it is outside. */
function placesOf(
  windows: readonly WindowCells[],
  sizes: readonly number[],
): [Int32Array, Uint8Array] {
  let places: number[][] = [[0]];
  let gone: boolean[][] = [[false]];
  windows.forEach((cells, axis) => {
    const next: number[][] = [];
    const nextGone: boolean[][] = [];
    places.forEach((row, i) => {
      for (const window of cells) {
        next.push(row.flatMap((at) => window.map((cell) => at * sizes[axis] + Math.max(0, cell))));
        nextGone.push(gone[i].flatMap((out) => window.map((cell) => out || cell < 0)));
      }
    });
    places = next;
    gone = nextGone;
  });
  return [Int32Array.from(places.flat()), Uint8Array.from(gone.flat(), Number)];
}
