import { fromData } from '../../ops/index.ts';
import { formatShape, ShapeError, type Tensor, ValueError } from '../../tensor/index.ts';
import { Draws } from './draws.ts';

/** Options of `cutout`. */
export interface CutoutOptions {
  /** Points on each side of the square. Default 16. */
  readonly size?: number;
  /** What is put there. Default 0. */
  readonly fill?: number;
  readonly seed?: number;
}

/** Batches of images with their labels. */
export type ImageBatch = readonly [images: Tensor, labels: Tensor];

/** Height, width and number of a batch's images; a ShapeError where it is none. */
export function batchSize(what: string, { shape }: Tensor): [count: number, ...size: number[]] {
  if (shape.length === 4) return [...shape] as [number, number, number, number];
  throw new ShapeError(
    `${what}: expects images [batch, height, width, channels], received ${formatShape(shape)}`,
  );
}

/**
 * A step for data sets of batches: a square of each image, around a random point, is covered. DeVries and Taylor 2017,
 * https://arxiv.org/abs/1708.04552
 * @example train.map(cutout({ size: 24, seed: 1 }));
 */
export function cutout({ size = 16, fill = 0, seed = 0 }: CutoutOptions = {}) {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new ValueError(`cutout: size must be a whole number >= 1, received ${size}`);
  }
  const draws = new Draws('cutout', seed);
  return async ([images, labels]: ImageBatch): Promise<[Tensor, Tensor]> => {
    const [count, height, width] = batchSize('cutout', images);
    const places = await draws.take(2 * count);
    const mask = new Float32Array(count * height * width).fill(1);
    for (let n = 0; n < count; n++) {
      const top = Math.floor(places[2 * n] * height) - (size >> 1);
      const left = Math.floor(places[2 * n + 1] * width) - (size >> 1);
      for (let y = Math.max(0, top); y < Math.min(height, top + size); y++) {
        const row = (n * height + y) * width;
        mask.fill(0, row + Math.max(0, left), row + Math.max(0, Math.min(width, left + size)));
      }
    }
    const kept = fromData(mask, [count, height, width, 1]);
    const covered = images.mul(kept);
    return [fill === 0 ? covered : covered.add(kept.neg().add(1).mul(fill)), labels];
  };
}
