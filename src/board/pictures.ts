import { encodePng, type Pixels } from '../formats/png.ts';
import { formatShape, ShapeError, Tensor, ValueError } from '../tensor/index.ts';
import { type ArrayInput, hostNumbers } from './array-input.ts';

/** What the axes of a picture are, as letters: `HWC`, `CHW`, `HW`, and with N for several pictures. */
export type DataFormats = string;

/** Most pictures in one call: more is a mistake about the axes rather than a wish. */
const MOST_PICTURES = 10_000;

/** Pictures as PNG files; floats are from 0 to 1, integers from 0 to 255. */
export function encodePictures(
  what: string,
  input: ArrayInput,
  formats: DataFormats,
): { width: number; height: number; images: Uint8Array[] } {
  const { data, shape } = hostNumbers(what, input);
  const axes = [...formats.toUpperCase()];
  const isKnown =
    axes.every((axis) => 'NHWC'.includes(axis)) &&
    new Set(axes).size === axes.length &&
    axes.includes('H') &&
    axes.includes('W');
  if (!isKnown) {
    throw new ValueError(
      `${what}: dataFormats must be 'HWC', 'CHW', 'HW', 'NHWC', 'NCHW' or the like, received '${formats}'`,
    );
  }
  if (axes.length !== shape.length) {
    throw new ShapeError(
      `${what}: dataFormats '${formats}' needs ${axes.length} axes, received shape ${formatShape(shape)}`,
    );
  }
  const size = (axis: string): number => (axes.includes(axis) ? shape[axes.indexOf(axis)] : 1);
  const stride = (axis: string): number =>
    axes.includes(axis)
      ? shape.slice(axes.indexOf(axis) + 1).reduce((product, n) => product * n, 1)
      : 0;
  const [count, height, width, channels] = ['N', 'H', 'W', 'C'].map(size);
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new ShapeError(
      `${what}: pictures have 1, 3 or 4 channels, but with dataFormats '${formats}' the shape ` +
        `${formatShape(shape)} has ${channels}; name the axes as they are, such as { dataFormats: 'HWC' }`,
    );
  }
  if (count > MOST_PICTURES || width === 0 || height === 0) {
    throw new ShapeError(`${what}: no pictures have the shape ${formatShape(shape)}`);
  }
  const scale = isWhole(input) ? 1 : 255;
  const [byImage, byRow, byColumn, byChannel] = ['N', 'H', 'W', 'C'].map(stride);
  const images: Uint8Array[] = [];
  for (let n = 0; n < count; n++) {
    const pixels = new Uint8ClampedArray(height * width * channels);
    let to = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = n * byImage + y * byRow + x * byColumn;
        for (let c = 0; c < channels; c++) pixels[to++] = data[at + c * byChannel] * scale;
      }
    }
    images.push(
      encodePng({ width, height, channels, data: new Uint8Array(pixels.buffer) } as Pixels),
    );
  }
  return { width, height, images };
}

/** Whether numbers are of an integer type; those in lists are if none has a fraction and one is above 1. */
function isWhole(input: ArrayInput): boolean {
  if (input instanceof Tensor) return !/^(float|bfloat|bool)/.test(input.dtype);
  if (ArrayBuffer.isView(input)) {
    return !(input instanceof Float32Array || input instanceof Float64Array);
  }
  const { data } = hostNumbers('', input);
  const list = Array.from(data);
  return list.every(Number.isInteger) && list.some((value) => value > 1);
}
