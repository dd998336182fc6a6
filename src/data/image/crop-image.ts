import { ValueError } from '../../tensor/index.ts';
import type { RasterImage } from './raster-image.ts';

/** A rectangle of an image. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A rectangle of an image; a ValueError where it reaches outside. */
export function cropImage<Data extends Uint8Array | Float32Array>(
  image: RasterImage<Data>,
  { left, top, width, height }: Box,
): RasterImage<Data> {
  const whole = [left, top, width, height].every(Number.isSafeInteger);
  const inside =
    left >= 0 && top >= 0 && left + width <= image.width && top + height <= image.height;
  if (!whole || !inside || width < 1 || height < 1) {
    throw new ValueError(
      `cropImage: ${width} x ${height} points at ${left}, ${top} do not lie in an image of ` +
        `${image.width} x ${image.height}`,
    );
  }
  const { channels } = image;
  const row = width * channels;
  // Not the class of the data: bytes may come in a Node Buffer, whose constructor is another.
  const isBytes = image.data instanceof Uint8Array;
  const data = (isBytes ? new Uint8Array(row * height) : new Float32Array(row * height)) as Data;
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * channels;
    data.set(image.data.subarray(from, from + row), y * row);
  }
  return { width, height, channels, data };
}

/** The rectangle of a height and width around the middle, half a point up and left of it where that is needed. */
export const centerBox = (
  { width: w, height: h }: Pick<RasterImage, 'width' | 'height'>,
  height: number,
  width: number,
): Box => ({ left: Math.floor((w - width) / 2), top: Math.floor((h - height) / 2), width, height });

/** The middle of an image, at most as large as the image. */
export const centerCropImage = <Data extends Uint8Array | Float32Array>(
  image: RasterImage<Data>,
  [height, width]: readonly [number, number],
): RasterImage<Data> =>
  cropImage(image, centerBox(image, Math.min(height, image.height), Math.min(width, image.width)));

/** The largest part in the middle that has the proportions of a size, as Keras' `smart_resize` cuts it. */
export function aspectBox(
  { width: w, height: h }: Pick<RasterImage, 'width' | 'height'>,
  [height, width]: readonly [number, number],
): Box {
  const tall = Math.max(1, Math.min(h, Math.trunc((w * height) / width)));
  const wide = Math.max(1, Math.min(w, Math.trunc((h * width) / height)));
  return {
    left: Math.trunc((w - wide) / 2),
    top: Math.trunc((h - tall) / 2),
    width: wide,
    height: tall,
  };
}
