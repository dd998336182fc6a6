import { formatShape, runWithDataOf, ShapeError, type Tensor } from '../../tensor/index.ts';
import { elementwise } from '../elementwise/elementwise.ts';
import { gather } from '../indexing/gather.ts';
import { asFloat } from '../reduce/statistics.ts';
import { reshape } from '../shape/reshape.ts';
import { repeat } from '../shape/tile.ts';
import { asTensor, fromTypedArray, type TensorLike } from '../tensor-like.ts';
import { weightAxis } from './adaptive-pool.ts';
import { keysKernel } from './cubic.ts';
import { type PerAxis, perAxis } from './geometry.ts';

/** How `resize` finds the value between pixels; area is the mean of what a pixel covers. */
export type ResizeMethod = 'nearest' | 'bilinear' | 'bicubic' | 'area';

/** Options of `resize`. */
export interface ResizeOptions {
  readonly method?: ResizeMethod;
  /**
   * Where a cell of the result lies: 'halfPixel' maps centers to centers (Keras, PyTorch),
   * 'asymmetric' corners to corners by the plain ratio (PyTorch's and Paddle's nearest),
   * 'alignCorners' the outer centers onto each other.
   */
  readonly coordinates?: 'halfPixel' | 'asymmetric' | 'alignCorners';
}

/** The cells of the input that make each cell of the result, tap by tap, with their weights. */
export interface Taps {
  readonly indices: readonly Int32Array[];
  readonly weights: readonly Float64Array[];
}

/**
 * Images [batch, height, width, channels] (or one, without batch) in another height and width,
 * without smoothing before shrinking, as Keras' `image.resize`. Bicubic uses Keys' kernel with a =
 * -0.5. Gradients pass.
 * @example resize(images, [224, 224], { method: 'bilinear' });
 */
export function resize(
  x: TensorLike,
  size: PerAxis,
  { method = 'bilinear', coordinates = 'halfPixel' }: ResizeOptions = {},
): Tensor {
  const given = method === 'nearest' ? asTensor('resize', x) : asFloat('resize', x);
  if (given.rank !== 3 && given.rank !== 4) {
    throw new ShapeError(
      'resize: expected images [batch, height, width, channels] or one image, received ' +
        formatShape(given.shape),
    );
  }
  const first = given.rank - 3;
  if (given.shape[first] === 0 || given.shape[first + 1] === 0) {
    throw new ShapeError(`resize: an image of ${formatShape(given.shape)} has no pixels`);
  }
  return perAxis('resize', 'size', size, 2).reduce(
    (image, n, i) => resizeAxis(image, first + i, n, method, coordinates),
    given,
  );
}

function resizeAxis(
  x: Tensor,
  axis: number,
  count: number,
  method: ResizeMethod,
  coordinates: ResizeOptions['coordinates'],
): Tensor {
  const size = x.shape[axis];
  if (size === count) return x;
  if (method === 'area') return weightAxis(x, axis, areaWeights(size, count), count);
  const scale =
    coordinates === 'alignCorners' ? (count > 1 ? (size - 1) / (count - 1) : 0) : size / count;
  const shift = coordinates === 'halfPixel' ? 0.5 : 0;
  const place = (i: number) => (i + shift) * scale - shift;
  if (method === 'nearest') return gather(x, nearest(size, count, place, coordinates), { axis });
  const taps =
    method === 'bilinear' ? linearTaps(size, count, place) : cubicTaps(size, count, place);
  return weighTaps(x, axis, taps);
}

/** Along an axis, sums of a few cells with their weights. Gradients pass. */
export function weighTaps(x: Tensor, axis: number, { indices, weights }: Taps): Tensor {
  const count = indices[0].length;
  const along = new Array<number>(x.rank).fill(1).with(axis, count);
  const taken = indices.map((list) => gather(x, list, { axis }));
  const scales = weights.map((list) =>
    reshape(
      runWithDataOf([x], () => fromTypedArray('resize', list, [count], x.dtype)),
      along,
    ),
  );
  return elementwise(
    'resize',
    (...parts) =>
      indices
        .map((_, tap) => parts[tap].mul(parts[indices.length + tap]))
        .reduce((a, b) => a.add(b)),
    [...taken, ...scales],
  );
}

const inside = (i: number, size: number): number => Math.min(size - 1, Math.max(0, i));

function nearest(
  size: number,
  count: number,
  place: (i: number) => number,
  coordinates: ResizeOptions['coordinates'],
): Int32Array {
  const pick = (i: number): number => {
    if (coordinates === 'alignCorners') return Math.round(place(i));
    return Math.floor(coordinates === 'halfPixel' ? place(i) + 0.5 : place(i));
  };
  return Int32Array.from({ length: count }, (_, i) => inside(pick(i), size));
}

function linearTaps(size: number, count: number, place: (i: number) => number): Taps {
  const [low, high] = [new Int32Array(count), new Int32Array(count)];
  const [far, near] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i++) {
    const at = Math.min(size - 1, Math.max(0, place(i)));
    low[i] = Math.floor(at);
    high[i] = inside(low[i] + 1, size);
    near[i] = at - low[i];
    far[i] = 1 - near[i];
  }
  return { indices: [low, high], weights: [far, near] };
}

/** Four cells; those outside the image get no weight, and the others' weights add up to 1. */
function cubicTaps(size: number, count: number, place: (i: number) => number): Taps {
  const indices = Array.from({ length: 4 }, () => new Int32Array(count));
  const weights = Array.from({ length: 4 }, () => new Float64Array(count));
  for (let i = 0; i < count; i++) {
    const at = place(i);
    const base = Math.floor(at) - 1;
    const cells = [0, 1, 2, 3].map((tap) => base + tap);
    const raw = cells.map((cell) => (cell === inside(cell, size) ? keysKernel(at - cell) : 0));
    const total = raw.reduce((a, b) => a + b);
    for (let tap = 0; tap < 4; tap++) {
      indices[tap][i] = inside(cells[tap], size);
      weights[tap][i] = raw[tap] / total;
    }
  }
  return { indices, weights };
}

/** The share of each cell of the input in the stretch that a cell of the result covers. */
function areaWeights(size: number, count: number): Float64Array {
  const weights = new Float64Array(count * size);
  const scale = size / count;
  for (let i = 0; i < count; i++) {
    const [start, end] = [i * scale, (i + 1) * scale];
    for (let cell = Math.floor(start); cell < Math.min(size, Math.ceil(end)); cell++) {
      const covered = Math.min(end, cell + 1) - Math.max(start, cell);
      weights[i * size + cell] = covered / scale;
    }
  }
  return weights;
}

/**
 * Images [batch, height, width, channels] enlarged by whole factors: each pixel repeated
 * ('nearest'), or interpolated.
 */
export function upsample2d(
  x: TensorLike,
  factor: PerAxis = 2,
  { method = 'nearest' }: Pick<ResizeOptions, 'method'> = {},
): Tensor {
  const tensor = asTensor('upsample2d', x);
  if (tensor.rank !== 4) {
    throw new ShapeError(
      'upsample2d: expected images [batch, height, width, channels], received ' +
        formatShape(tensor.shape),
    );
  }
  const [tall, wide] = perAxis('upsample2d', 'factor', factor, 2);
  if (method === 'nearest') return repeat(repeat(tensor, tall, 1), wide, 2);
  return resize(tensor, [tensor.shape[1] * tall, tensor.shape[2] * wide], { method });
}
