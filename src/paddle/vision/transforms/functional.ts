import { tensorFromArray } from '../../../data/index.ts';
import { transpose } from '../../../ops/index.ts';
import { ShapeError, ValueError } from '../../../tensor/index.ts';
import { Tensor, wrap } from '../../tensor.ts';
import { type ImageArray, imageOf, mapImage, pointOf, sizeOfImage } from './image.ts';

/** Height and width, or one number for both; `resize` takes one for the shorter side. */
export type SizeLike = number | readonly [height: number, width: number];

/** Where the channels are in the result. */
export type DataFormat = 'CHW' | 'HWC';

/** An image as a float32 tensor [channels, height, width] (or channels last), bytes divided by 255. */
export function toTensor(image: ImageArray, dataFormat: DataFormat = 'CHW'): Tensor {
  const { height, width, channels } = sizeOfImage('toTensor', image);
  const scale = image.dtype === 'uint8' ? 255 : 1;
  const data = Float32Array.from(image.data, (value) => value / scale);
  const hwc = tensorFromArray({ dtype: 'float32', shape: [height, width, channels], data });
  return wrap(dataFormat === 'CHW' ? transpose(hwc, [2, 0, 1]) : hwc);
}

/** `(image - mean) / std` for each channel, as float32. An image without channels gets them where `mean` has some. */
export function normalize<T extends ImageArray | Tensor>(
  image: T,
  mean: readonly number[],
  std: readonly number[],
  dataFormat: DataFormat = 'CHW',
): T {
  if (mean.length !== std.length || mean.length === 0) {
    throw new ValueError(`normalize: ${mean.length} means and ${std.length} deviations`);
  }
  if (image instanceof Tensor) {
    const { tensor } = image;
    const shape = dataFormat === 'CHW' ? [mean.length, 1, 1] : [mean.length];
    const along = (values: readonly number[]) =>
      tensorFromArray({ dtype: 'float32', shape, data: Float32Array.from(values) });
    return wrap(tensor.sub(along(mean)).div(along(std))) as T;
  }
  return normalizeArray(image, mean, std, dataFormat) as T;
}

function normalizeArray(
  { data, shape }: ImageArray,
  mean: readonly number[],
  std: readonly number[],
  dataFormat: DataFormat,
): ImageArray {
  const first = dataFormat === 'CHW';
  const flat = shape.length === 2;
  const given = flat ? 1 : first ? shape[0] : shape[2];
  const channels = Math.max(given, mean.length);
  if (
    shape.length < 2 ||
    shape.length > 3 ||
    (given !== channels && given !== 1) ||
    (mean.length !== channels && mean.length !== 1)
  ) {
    throw new ShapeError(
      `normalize: an image of shape [${shape.join(', ')}] (${dataFormat}) does not fit ${mean.length} means`,
    );
  }
  const [height, width] = flat ? shape : first ? shape.slice(1) : shape;
  const points = height * width;
  const out = new Float32Array(channels * points);
  for (let i = 0; i < out.length; i++) {
    const [channel, point] = first
      ? [Math.floor(i / points), i % points]
      : [i % channels, Math.floor(i / channels)];
    const from = given === 1 ? point : i;
    const place = mean.length === 1 ? 0 : channel;
    out[i] = (data[from] - mean[place]) / std[place];
  }
  return {
    dtype: 'float32',
    shape: first ? [channels, height, width] : [height, width, channels],
    data: out,
  };
}

/** The size that `resize` and crops are asked for. */
export function pairOf(size: SizeLike): readonly [number, number] {
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  if (Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0) {
    return [height, width];
  }
  throw new ValueError(`size: expected whole numbers > 0, received ${JSON.stringify(size)}`);
}

/** An image of another size; one number is for the shorter side, and the other follows. */
export function resize(
  image: ImageArray,
  size: SizeLike,
  interpolation: 'nearest' | 'bilinear' = 'bilinear',
): ImageArray {
  const from = sizeOfImage('resize', image);
  let [height, width] = pairOf(size);
  if (typeof size === 'number') {
    const shorter = Math.min(from.height, from.width);
    height = Math.trunc((size * from.height) / shorter);
    width = Math.trunc((size * from.width) / shorter);
  }
  const [scaleY, scaleX] = [from.height / height, from.width / width];
  if (interpolation === 'nearest') {
    return imageOf(image, height, width, (y, x, c) =>
      pointOf(image, from, Math.floor(y * scaleY), Math.floor(x * scaleX), c),
    );
  }
  const round = image.dtype === 'uint8' ? Math.round : (value: number): number => value;
  const clamp = (value: number, side: number): number => Math.max(0, Math.min(side - 1, value));
  return imageOf(image, height, width, (y, x, c) => {
    const [sourceY, sourceX] = [
      clamp((y + 0.5) * scaleY - 0.5, from.height),
      clamp((x + 0.5) * scaleX - 0.5, from.width),
    ];
    const [top, left] = [Math.floor(sourceY), Math.floor(sourceX)];
    const [bottom, right] = [clamp(top + 1, from.height), clamp(left + 1, from.width)];
    const [down, across] = [sourceY - top, sourceX - left];
    const above =
      pointOf(image, from, top, left, c) * (1 - across) +
      pointOf(image, from, top, right, c) * across;
    const below =
      pointOf(image, from, bottom, left, c) * (1 - across) +
      pointOf(image, from, bottom, right, c) * across;
    return round(above * (1 - down) + below * down);
  });
}

/** A part of an image. */
export function crop(
  image: ImageArray,
  top: number,
  left: number,
  height: number,
  width: number,
): ImageArray {
  const from = sizeOfImage('crop', image);
  if (top < 0 || left < 0 || top + height > from.height || left + width > from.width) {
    throw new ShapeError(
      `crop: ${height} x ${width} at (${top}, ${left}) does not lie in an image of ${from.height} x ${from.width}`,
    );
  }
  return imageOf(image, height, width, (y, x, c) => pointOf(image, from, y + top, x + left, c));
}

/** The middle of an image. */
export function centerCrop(image: ImageArray, outputSize: SizeLike): ImageArray {
  const [height, width] = pairOf(outputSize);
  const from = sizeOfImage('centerCrop', image);
  const middle = (whole: number, part: number): number => Math.round((whole - part) / 2);
  return crop(image, middle(from.height, height), middle(from.width, width), height, width);
}

/** Left and right exchanged. */
export function hflip(image: ImageArray): ImageArray {
  const from = sizeOfImage('hflip', image);
  return imageOf(image, from.height, from.width, (y, x, c) =>
    pointOf(image, from, y, from.width - 1 - x, c),
  );
}

/** Top and bottom exchanged. */
export function vflip(image: ImageArray): ImageArray {
  const from = sizeOfImage('vflip', image);
  return imageOf(image, from.height, from.width, (y, x, c) =>
    pointOf(image, from, from.height - 1 - y, x, c),
  );
}

/** Points of one value around an image: one width, [left and right, top and bottom], or [left, top, right, bottom]. */
export function pad(image: ImageArray, padding: number | readonly number[], fill = 0): ImageArray {
  const list = typeof padding === 'number' ? [padding] : padding;
  const [left, top = left, right = left, bottom = top] = list;
  const from = sizeOfImage('pad', image);
  return imageOf(image, from.height + top + bottom, from.width + left + right, (y, x, c) => {
    const [sourceY, sourceX] = [y - top, x - left];
    const inside = sourceY >= 0 && sourceX >= 0 && sourceY < from.height && sourceX < from.width;
    return inside ? pointOf(image, from, sourceY, sourceX, c) : fill;
  });
}

/** Brightness alone (ITU-R BT.601), in one channel or the same in three. */
export function toGrayscale(image: ImageArray, numOutputChannels = 1): ImageArray {
  const from = sizeOfImage('toGrayscale', image);
  if (from.channels !== 3) {
    throw new ShapeError(`toGrayscale: expected 3 channels, received ${from.channels}`);
  }
  const like = { ...image, shape: [from.height, from.width, numOutputChannels] };
  const round = image.dtype === 'uint8' ? Math.round : (value: number): number => value;
  return imageOf(like, from.height, from.width, (y, x) => {
    const [red, green, blue] = [0, 1, 2].map((c) => pointOf(image, from, y, x, c));
    return round(0.299 * red + 0.587 * green + 0.114 * blue);
  });
}

/** Every value times `factor`. */
export const adjustBrightness = (image: ImageArray, factor: number): ImageArray =>
  mapImage(image, (value) => value * factor);

/** Distances from the mean brightness times `factor`. */
export function adjustContrast(image: ImageArray, factor: number): ImageArray {
  const { channels } = sizeOfImage('adjustContrast', image);
  const { data } = channels === 3 ? toGrayscale(image) : image;
  let sum = 0;
  for (const value of data) sum += value;
  const mean = Math.round(sum / data.length);
  return mapImage(image, (value) => (value - mean) * factor + mean);
}
