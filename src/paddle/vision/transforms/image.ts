import { isShaped } from '../../../data/element.ts';
import type { HostArray } from '../../../data/index.ts';
import { allocateArray, ShapeError, sizeOf, type TypedArray } from '../../../tensor/index.ts';

/** An image on the host: `[height, width]` or `[height, width, channels]`, as files are decoded. */
export type ImageArray = HostArray;

/** A view of an image's sizes. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Throws a ShapeError unless `image` is one; gives its sizes. */
export function sizeOfImage(op: string, image: ImageArray): ImageSize {
  const shape = isShaped(image) ? image.shape : null;
  if (shape && (shape.length === 2 || shape.length === 3)) {
    const [height, width, channels = 1] = shape;
    return { height, width, channels };
  }
  throw new ShapeError(
    `${op}: expected an image { data, shape: [height, width, channels], dtype }, received ` +
      `${shape ? `shape [${shape.join(', ')}]` : typeof image}`,
  );
}

/** An image of another size with the channels of `like`, whose points `at(y, x, channel)` gives. */
export function imageOf(
  like: ImageArray,
  height: number,
  width: number,
  at: (y: number, x: number, channel: number) => number,
): ImageArray {
  const { channels } = sizeOfImage('image', like);
  const data = allocateArray(like.dtype, height * width * channels);
  let next = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) data[next++] = at(y, x, channel);
    }
  }
  const shape = like.shape.length === 2 ? [height, width] : [height, width, channels];
  return { dtype: like.dtype, shape, data };
}

/** The same image with every value changed; bytes stay bytes. */
export function mapImage(image: ImageArray, f: (value: number) => number): ImageArray {
  const data = allocateArray(image.dtype, sizeOf(image.shape));
  const bytes = image.dtype === 'uint8';
  for (let i = 0; i < data.length; i++) {
    const value = f(image.data[i]);
    data[i] = bytes ? Math.max(0, Math.min(255, Math.trunc(value))) : value;
  }
  return { ...image, data };
}

/** Reads a point of an image. */
export const pointOf = (
  { data }: { readonly data: TypedArray },
  { width, channels }: ImageSize,
  y: number,
  x: number,
  channel: number,
): number => data[(y * width + x) * channels + channel];
