import { formatShape, ShapeError, type Tensor } from '../../tensor/index.ts';
import { expandDims, reshape, squeeze } from '../shape/reshape.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import { type PerAxis, perAxis } from './geometry.ts';
import { type AveragePoolOptions, avgPool2d, maxPool2d, type PoolOptions } from './pool2d.ts';

type Pool2d = (x: TensorLike, size: PerAxis, options: AveragePoolOptions) => Tensor;

function checkRank(op: string, x: Tensor, rank: number): void {
  if (x.rank !== rank) {
    throw new ShapeError(
      `${op}: expected an input of rank ${rank} [batch, .., channels], received ` +
        formatShape(x.shape),
    );
  }
}

/** Options for two of the axes; an axis of null is one that stays as it is. */
function optionsFor(
  op: string,
  size: PerAxis,
  { strides, padding, dilation, ...rest }: AveragePoolOptions,
  rank: number,
  axes: readonly [number | null, number | null],
): { size: number[]; options: AveragePoolOptions } {
  const cells = perAxis(op, 'size', size, rank);
  const steps = perAxis(op, 'strides', strides ?? cells, rank);
  const gaps = perAxis(op, 'dilation', dilation ?? 1, rank);
  const pick = (list: readonly number[]) => axes.map((axis) => (axis === null ? 1 : list[axis]));
  const sides = typeof padding === 'number' ? cells.map(() => padding) : padding;
  const zero = [0, 0] as const;
  const named = typeof sides === 'string' || sides === undefined;
  const chosen = named
    ? sides
    : axes.map((axis) => {
        const side = axis === null ? zero : sides[axis];
        return typeof side === 'number' ? ([side, side] as const) : side;
      });
  return {
    size: pick(cells),
    options: { ...rest, strides: pick(steps), dilation: pick(gaps), padding: chosen },
  };
}

function pool1d(
  op: string,
  pool: Pool2d,
  x: TensorLike,
  size: PerAxis,
  options: AveragePoolOptions,
): Tensor {
  const series = asTensor(op, x);
  checkRank(op, series, 3);
  const flat = optionsFor(op, size, options, 1, [null, 0]);
  return squeeze(pool(expandDims(series, 1), flat.size, flat.options), 1);
}

/**
 * Pools height and width of every slice, then the depth: a maximum or mean over a box is one over
 * its slices'.
 */
function pool3d(
  op: string,
  pool: Pool2d,
  x: TensorLike,
  size: PerAxis,
  options: AveragePoolOptions,
): Tensor {
  const volume = asTensor(op, x);
  checkRank(op, volume, 5);
  const [batch, depth, height, width, channels] = volume.shape;
  const plane = optionsFor(op, size, options, 3, [1, 2]);
  const slices = reshape(volume, [batch * depth, height, width, channels]);
  const pooled = pool(slices, plane.size, plane.options);
  const [, tall, wide] = pooled.shape;
  // Depth is the height of images whose rows are what was height and width.
  const line = optionsFor(op, size, options, 3, [0, null]);
  const lines = reshape(pooled, [batch, depth, tall * wide, channels]);
  const result = pool(lines, line.size, line.options);
  return reshape(result, [batch, result.shape[1], tall, wide, channels]);
}

/** The largest value in each window of series [batch, steps, channels]. */
export const maxPool1d = (x: TensorLike, size: PerAxis, options: PoolOptions = {}): Tensor =>
  pool1d('maxPool1d', maxPool2d, x, size, options);

/** The mean of each window of series [batch, steps, channels], over the cells inside the series. */
export const avgPool1d = (x: TensorLike, size: PerAxis, options: AveragePoolOptions = {}): Tensor =>
  pool1d('avgPool1d', avgPool2d, x, size, options);

/** The largest value in each window of volumes [batch, depth, height, width, channels]. */
export const maxPool3d = (x: TensorLike, size: PerAxis, options: PoolOptions = {}): Tensor =>
  pool3d('maxPool3d', maxPool2d, x, size, options);

/**
 * The mean of each window of volumes [batch, depth, height, width, channels], over the cells inside
 * the volume.
 */
export const avgPool3d = (x: TensorLike, size: PerAxis, options: AveragePoolOptions = {}): Tensor =>
  pool3d('avgPool3d', avgPool2d, x, size, options);
