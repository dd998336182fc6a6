import { fromData } from '../../ops/index.ts';
import type { Tensor } from '../../tensor/index.ts';

/** An image on the host: rows of points, each of grey, of red, green and blue, or of these and opacity; usually 0..255. */
export interface RasterImage<Data extends Uint8Array | Float32Array = Uint8Array | Float32Array> {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Data;
}

/** A tensor [height, width, channels] of an image, uint8 or float32 as the image is. */
export const imageTensor = ({ width, height, channels, data }: RasterImage): Tensor =>
  fromData(data, [height, width, channels], data instanceof Uint8Array ? 'uint8' : 'float32');

/** An image that may be transparent on a ground of one colour (white unless said), without its opacity. */
export function flattenAlpha(
  image: RasterImage<Uint8Array>,
  background: readonly [number, number, number] = [255, 255, 255],
): RasterImage<Uint8Array> {
  if (image.channels !== 4) return image;
  const { width, height, data } = image;
  const points = width * height;
  const flat = new Uint8Array(3 * points);
  for (let i = 0, from = 0, to = 0; i < points; i++, from += 4, to += 3) {
    const alpha = data[from + 3];
    for (let c = 0; c < 3; c++) {
      const value = data[from + c];
      flat[to + c] =
        alpha === 255 ? value : Math.round((value * alpha + background[c] * (255 - alpha)) / 255);
    }
  }
  return { width, height, channels: 3, data: flat };
}

/** The brightness of colours: luma of ITU-R BT.601 in whole numbers, as Pillow's mode L has it. */
export function toGrey({ width, height, data }: RasterImage<Uint8Array>): RasterImage<Uint8Array> {
  const grey = new Uint8Array(width * height);
  for (let i = 0, from = 0; i < grey.length; i++, from += 3) {
    grey[i] = (data[from] * 19595 + data[from + 1] * 38470 + data[from + 2] * 7471 + 0x8000) >> 16;
  }
  return { width, height, channels: 1, data: grey };
}
