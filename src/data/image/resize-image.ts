import { sin } from '../../expr/math.ts';
import { keysKernel, onCubicTable } from '../../ops/window/cubic.ts';
import { ValueError } from '../../tensor/index.ts';
import type { RasterImage } from './raster-image.ts';

/** Ways to find values between points, by the names of Keras and, where it has others, of Pillow. */
export type ImageInterpolation =
  | 'nearest'
  | 'bilinear'
  | 'bicubic'
  | 'lanczos3'
  | 'lanczos'
  | 'lanczos5'
  | 'area'
  | 'box'
  | 'hamming';

/** Options of `resizeImage`. */
export interface ResizeImageOptions {
  /** Default `'bilinear'`. */
  readonly interpolation?: ImageInterpolation;
  /**
   * False, the default: as Keras' `image.resize`, which passes over points when it makes an image smaller, and gives floating-point
   * numbers. True: bytes as Pillow's `Image.resize`, which takes all points into account. The rows come first; where newer Pillows begin
   * with the columns (mostly where one side grows), single bytes differ by 1.
   */
  readonly antialias?: boolean;
}

/** What a point contributes at a distance, and how far it reaches. */
interface ResampleKernel {
  readonly radius: number;
  readonly weight: (distance: number) => number;
}

const sinc = (x: number): number => (x === 0 ? 1 : sin(Math.PI * x) / (Math.PI * x));

const lanczos = (radius: number): ResampleKernel => ({
  radius,
  weight: (x) => (Math.abs(x) < radius ? sinc(x) * sinc(x / radius) : 0),
});

const kernels = {
  bilinear: { radius: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { radius: 2, weight: keysKernel },
  lanczos: lanczos(3),
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
  box: { radius: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  area: { radius: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  hamming: {
    radius: 1,
    weight: (signed) => {
      const x = Math.abs(signed);
      if (x === 0) return 1;
      return x >= 1 ? 0 : sinc(x) * (0.54 + 0.46 * sin(Math.PI * (x + 0.5)));
    },
  },
} as const satisfies Record<string, ResampleKernel>;

/** The points of an axis that make each point of the result, and their weights. */
interface Taps {
  readonly first: Int32Array;
  readonly weights: readonly Float64Array[];
}

/**
 * An image in another height and width.
 * @example const small = resizeImage(image, [224, 224], { interpolation: 'bicubic', antialias: true });
 */
export function resizeImage(
  image: RasterImage,
  [height, width]: readonly [number, number],
  { interpolation = 'bilinear', antialias = false }: ResizeImageOptions = {},
): RasterImage {
  for (const side of [height, width]) {
    if (Number.isSafeInteger(side) && side >= 1) continue;
    throw new ValueError(`resizeImage: sides must be whole numbers >= 1, received ${side}`);
  }
  if (interpolation === 'nearest') return nearest(image, height, width, antialias);
  if (!Object.hasOwn(kernels, interpolation)) {
    throw new ValueError(
      `resizeImage: interpolation must be one of nearest, ${Object.keys(kernels).join(', ')}, received '${interpolation}'`,
    );
  }
  if (interpolation === 'bilinear' && !antialias) return bilinear(image, height, width);
  const kernel: ResampleKernel = kernels[interpolation];
  // A mean over what a point covers is the same thing with and without.
  const always = interpolation === 'area' || interpolation === 'box' || interpolation === 'hamming';
  if (antialias) return resampleBytes(image, height, width, kernel);
  const along = (size: number, count: number): Taps =>
    interpolation === 'area'
      ? coveredTaps(size, count)
      : tapsOf(size, count, kernel, always, interpolation === 'bicubic');
  const wide = resampleRows(image, width, along(image.width, width));
  return resampleColumns(wide, height, along(image.height, height));
}

/** The points whose middles are nearest: Pillow adds steps up, which at a tie may end before it. */
function nearestTo(size: number, count: number, addUp: boolean): Int32Array {
  const step = size / count;
  let place = step * 0.5;
  return Int32Array.from({ length: count }, (_, i) => {
    const at = Math.floor(addUp ? place : (i + 0.5) * step);
    place += step;
    return Math.min(size - 1, at);
  });
}

function nearest(image: RasterImage, height: number, width: number, addUp: boolean): RasterImage {
  const { channels } = image;
  const Data = image.data.constructor as new (length: number) => Uint8Array;
  const data = new Data(height * width * channels);
  const across = nearestTo(image.width, width, addUp);
  let to = 0;
  for (const y of nearestTo(image.height, height, addUp)) {
    for (const x of across) {
      const from = (y * image.width + x) * channels;
      for (let c = 0; c < channels; c++) data[to++] = image.data[from + c];
    }
  }
  return { width, height, channels, data };
}

/** The two points on both sides of each place of an axis, as offsets, and the share of the second. */
function neighbours(size: number, count: number, step: number) {
  const [first, second] = [new Int32Array(count), new Int32Array(count)];
  const share = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const place = Math.min(size - 1, Math.max(0, ((i + 0.5) * size) / count - 0.5));
    const low = Math.floor(place);
    first[i] = low * step;
    second[i] = Math.min(size - 1, low + 1) * step;
    share[i] = place - low;
  }
  return { first, second, share };
}

/** Between the four points around each place: what most images go through, so it is written out. */
function bilinear(image: RasterImage, height: number, width: number): RasterImage<Float32Array> {
  const { channels, data: source } = image;
  const across = neighbours(image.width, width, channels);
  const down = neighbours(image.height, height, image.width * channels);
  const data = new Float32Array(height * width * channels);
  for (let y = 0, to = 0; y < height; y++) {
    const [upper, lower, below] = [down.first[y], down.second[y], down.share[y]];
    for (let x = 0; x < width; x++) {
      const [left, right, beside] = [across.first[x], across.second[x], across.share[x]];
      for (let c = 0; c < channels; c++, to++) {
        const a = source[upper + left + c];
        const b = source[lower + left + c];
        const top = a + (source[upper + right + c] - a) * beside;
        const bottom = b + (source[lower + right + c] - b) * beside;
        data[to] = top + (bottom - top) * below;
      }
    }
  }
  return { width, height, channels, data };
}

function tapsOf(
  size: number,
  count: number,
  { radius, weight }: ResampleKernel,
  antialias: boolean,
  isCubic = false,
): Taps {
  const step = size / count;
  const spread = antialias ? Math.max(step, 1) : 1;
  const reach = radius * spread;
  const first = new Int32Array(count);
  const weights = Array.from({ length: count }, (_, i) => {
    const place = (i + 0.5) * step;
    const center = isCubic && !antialias ? onCubicTable(place) : place;
    // As Pillow rounds.
    const from = Math.max(0, Math.trunc(center - reach + 0.5));
    const to = Math.min(size, Math.trunc(center + reach + 0.5));
    first[i] = Math.min(from, size - 1);
    const shares = Float64Array.from({ length: Math.max(1, to - from) }, (_, j) =>
      weight((first[i] + j - center + 0.5) / spread),
    );
    const total = shares.reduce((a, b) => a + b, 0);
    return total === 0 ? shares.fill(1 / shares.length) : shares.map((share) => share / total);
  });
  return { first, weights };
}

/** Means over what each point of the result covers, with shares of points at the edges. */
function coveredTaps(size: number, count: number): Taps {
  const step = size / count;
  const first = new Int32Array(count);
  const weights = Array.from({ length: count }, (_, i) => {
    const [from, to] = [i * step, (i + 1) * step];
    first[i] = Math.floor(from);
    const last = Math.min(size, Math.ceil(to));
    return Float64Array.from({ length: last - first[i] }, (_, j) => {
      const point = first[i] + j;
      return (Math.min(point + 1, to) - Math.max(point, from)) / step;
    });
  });
  return { first, weights };
}

function resampleRows(image: RasterImage, width: number, { first, weights }: Taps): RasterImage {
  const { height, channels } = image;
  const data = new Float32Array(height * width * channels);
  for (let y = 0, to = 0; y < height; y++) {
    const row = y * image.width;
    for (let x = 0; x < width; x++) {
      const shares = weights[x];
      const from = (row + first[x]) * channels;
      for (let c = 0; c < channels; c++, to++) {
        let sum = 0;
        for (let j = 0, at = from + c; j < shares.length; j++, at += channels) {
          sum += shares[j] * image.data[at];
        }
        data[to] = sum;
      }
    }
  }
  return { width, height, channels, data };
}

function resampleColumns(
  image: RasterImage,
  height: number,
  { first, weights }: Taps,
): RasterImage {
  const { width, channels, data: source } = image;
  const row = width * channels;
  const data = new Float32Array(height * row);
  for (let y = 0; y < height; y++) {
    const shares = weights[y];
    const to = y * row;
    for (let x = 0; x < row; x++) {
      let sum = 0;
      for (let j = 0, at = first[y] * row + x; j < shares.length; j++, at += row) {
        sum += shares[j] * source[at];
      }
      data[to + x] = sum;
    }
  }
  return { width, height, channels, data };
}

/** Bits behind the point in Pillow's weights. */
const precision = 22;

/**
 * Pillow's arithmetic on bytes: weights in whole numbers, and a rounded byte after the rows and after the columns
 * (https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c).
 */
function resampleBytes(
  image: RasterImage,
  height: number,
  width: number,
  kernel: ResampleKernel,
): RasterImage {
  if (!(image.data instanceof Uint8Array)) {
    throw new ValueError('resizeImage: antialias is for images of bytes');
  }
  let made = image as RasterImage<Uint8Array>;
  if (width !== image.width) made = byteRows(made, width, tapsOf(made.width, width, kernel, true));
  if (height !== image.height) {
    made = byteColumns(made, height, tapsOf(made.height, height, kernel, true));
  }
  return made;
}

const wholeWeights = ({ weights }: Taps): Int32Array[] =>
  weights.map((shares) =>
    Int32Array.from(shares, (share) =>
      Math.trunc(share * 2 ** precision + (share < 0 ? -0.5 : 0.5)),
    ),
  );

const toByte = (sum: number): number => Math.min(255, Math.max(0, sum >> precision));

function byteRows(
  image: RasterImage<Uint8Array>,
  width: number,
  taps: Taps,
): RasterImage<Uint8Array> {
  const { height, channels, data: source } = image;
  const weights = wholeWeights(taps);
  const data = new Uint8Array(height * width * channels);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const shares = weights[x];
      const from = (y * image.width + taps.first[x]) * channels;
      for (let c = 0; c < channels; c++, to++) {
        let sum = 1 << (precision - 1);
        for (let j = 0, at = from + c; j < shares.length; j++, at += channels) {
          sum += shares[j] * source[at];
        }
        data[to] = toByte(sum);
      }
    }
  }
  return { width, height, channels, data };
}

function byteColumns(
  image: RasterImage<Uint8Array>,
  height: number,
  taps: Taps,
): RasterImage<Uint8Array> {
  const { width, channels, data: source } = image;
  const weights = wholeWeights(taps);
  const row = width * channels;
  const data = new Uint8Array(height * row);
  for (let y = 0; y < height; y++) {
    const shares = weights[y];
    for (let x = 0; x < row; x++) {
      let sum = 1 << (precision - 1);
      for (let j = 0, at = taps.first[y] * row + x; j < shares.length; j++, at += row) {
        sum += shares[j] * source[at];
      }
      data[y * row + x] = toByte(sum);
    }
  }
  return { width, height, channels, data };
}
