import { cos, sin } from '../../expr/math.ts';
import { fromData } from '../../ops/index.ts';
import { type Tensor, ValueError } from '../../tensor/index.ts';
import { batchSize, type ImageBatch } from './cutout.ts';
import { Draws } from './draws.ts';

/** Options of `randAugment`. */
export interface RandAugmentOptions {
  /** Changes that each image gets. Default 2. */
  readonly numOps?: number;
  /** How strong they are, from 0 to 1. Default 0.5. */
  readonly magnitude?: number;
  /** The numbers in images go from 0 to this. Default 255. */
  readonly largest?: number;
  readonly seed?: number;
}

/** One image: rows of points from 0 to 1. */
interface Points {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** A change of a strength from -1 to 1. */
type Change = (image: Points, strength: number) => Float32Array;

/** Each point by itself. */
const each =
  (f: (value: number, strength: number) => number): Change =>
  ({ data }, strength) =>
    data.map((value) => Math.min(1, Math.max(0, f(value, strength))));

/** The image seen through an affine map around its middle, grey outside. */
function warped(
  { width, height, channels, data }: Points,
  [a, b, c, d, e, f]: readonly [number, number, number, number, number, number],
): Float32Array {
  const result = new Float32Array(data.length);
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const at = (x: number, y: number, channel: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0.5 : data[(y * width + x) * channels + channel];
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x - middleX, y - middleY];
      const fromX = a * u + b * v + middleX + c;
      const fromY = d * u + e * v + middleY + f;
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [beside, below] = [fromX - left, fromY - top];
      for (let channel = 0; channel < channels; channel++, to++) {
        const upper = at(left, top, channel) * (1 - beside) + at(left + 1, top, channel) * beside;
        const lower =
          at(left, top + 1, channel) * (1 - beside) + at(left + 1, top + 1, channel) * beside;
        result[to] = upper * (1 - below) + lower * below;
      }
    }
  }
  return result;
}

/** Luma of a point. */
const grey = (data: Float32Array, at: number, channels: number): number =>
  channels === 3 ? 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2] : data[at];

/** The changes of the paper, but for those that need an image's histogram. */
const changes: readonly Change[] = [
  ({ data }) => data,
  each((value, strength) => value * (1 + 0.9 * strength)),
  each((value, strength) => 0.5 + (value - 0.5) * (1 + 0.9 * strength)),
  // Solarize: what is brighter than a threshold is inverted.
  each((value, strength) => (value >= 1 - Math.abs(strength) ? 1 - value : value)),
  // Posterize: fewer steps of brightness.
  each((value, strength) => {
    const steps = 2 ** Math.round(8 - 4 * Math.abs(strength)) - 1;
    return Math.round(value * steps) / steps;
  }),
  // Auto-contrast: from the darkest to the brightest point.
  ({ data }) => {
    const low = data.reduce((a, b) => Math.min(a, b), 1);
    const high = data.reduce((a, b) => Math.max(a, b), 0);
    return high - low < 1e-6 ? data : data.map((value) => (value - low) / (high - low));
  },
  // Colour: towards grey or away from it.
  ({ data, channels }, strength) =>
    data.map((value, i) => {
      const luma = grey(data, i - (i % channels), channels);
      return Math.min(1, Math.max(0, luma + (value - luma) * (1 + 0.9 * strength)));
    }),
  (image, strength) => {
    const angle = (strength * Math.PI) / 6;
    return warped(image, [cos(angle), sin(angle), 0, -sin(angle), cos(angle), 0]);
  },
  (image, strength) => warped(image, [1, 0.3 * strength, 0, 0, 1, 0]),
  (image, strength) => warped(image, [1, 0, 0, 0.3 * strength, 1, 0]),
  (image, strength) => warped(image, [1, 0, 0.3 * strength * image.width, 0, 1, 0]),
  (image, strength) => warped(image, [1, 0, 0, 0, 1, 0.3 * strength * image.height]),
];

/**
 * A step for data sets of batches: each image gets some changes at random, of brightness, contrast, colour, place and shape, all as
 * strong as `magnitude` allows. Cubuk et al. 2019, https://arxiv.org/abs/1909.13719
 * @example train.map(randAugment({ numOps: 2, magnitude: 0.4, seed: 1 }));
 */
export function randAugment({
  numOps = 2,
  magnitude = 0.5,
  largest = 255,
  seed = 0,
}: RandAugmentOptions = {}) {
  if (!Number.isSafeInteger(numOps) || numOps < 1) {
    throw new ValueError(`randAugment: numOps must be a whole number >= 1, received ${numOps}`);
  }
  if (!(magnitude >= 0 && magnitude <= 1)) {
    throw new ValueError(`randAugment: magnitude must be from 0 to 1, received ${magnitude}`);
  }
  const draws = new Draws('randAugment', seed);
  return async ([images, labels]: ImageBatch): Promise<[Tensor, Tensor]> => {
    const [count, height, width, channels] = batchSize('randAugment', images);
    const size = height * width * channels;
    const source = await images.data();
    const numbers = await draws.take(2 * numOps * count);
    const result = new Float32Array(source.length);
    for (let n = 0; n < count; n++) {
      let data = Float32Array.from(
        { length: size },
        (_, i) => Number(source[n * size + i]) / largest,
      );
      for (let op = 0; op < numOps; op++) {
        const at = 2 * (n * numOps + op);
        const change = changes[Math.floor(numbers[at] * changes.length)];
        const strength = (2 * numbers[at + 1] - 1) * magnitude;
        data = change({ width, height, channels, data }, strength) as Float32Array<ArrayBuffer>;
      }
      for (let i = 0; i < size; i++) result[n * size + i] = data[i] * largest;
    }
    return [fromData(result, images.shape), labels];
  };
}
