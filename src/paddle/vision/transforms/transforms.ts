import { dataKey, randomIntegers } from '../../../data/stages/order.ts';
import { ValueError } from '../../../tensor/index.ts';
import type { Tensor } from '../../tensor.ts';
import {
  adjustBrightness,
  adjustContrast,
  centerCrop,
  crop,
  type DataFormat,
  hflip,
  normalize,
  pad,
  pairOf,
  resize,
  type SizeLike,
  toGrayscale,
  toTensor,
  vflip,
} from './functional.ts';
import { type ImageArray, sizeOfImage } from './image.ts';

/** A step from one form of an image to another. */
// biome-ignore lint/suspicious/noExplicitAny: what a step takes depends on the one before
export interface Transform<From = any, To = any> {
  call(image: From): To;
}

/** A number from 0 to 1 of the program's random numbers, which `paddle.seed` fixes. */
const random = (): number => randomIntegers(dataKey(undefined))(2 ** 32) / 2 ** 32;

/**
 * Steps one after another.
 * @example const transform = new Compose([new Resize(32), new ToTensor(), new Normalize([0.5], [0.5])]);
 */
export class Compose implements Transform {
  readonly transforms: readonly Transform[];

  constructor(transforms: readonly Transform[]) {
    this.transforms = transforms;
  }

  // biome-ignore lint/suspicious/noExplicitAny: what it gives depends on the last step
  call(image: any): any {
    return this.transforms.reduce((current, transform) => transform.call(current), image);
  }
}

/** An image as a float32 tensor, bytes divided by 255; see `toTensor`. */
export class ToTensor implements Transform<ImageArray, Tensor> {
  readonly dataFormat: DataFormat;

  constructor(dataFormat: DataFormat = 'CHW') {
    this.dataFormat = dataFormat;
  }

  call = (image: ImageArray): Tensor => toTensor(image, this.dataFormat);
}

/** `(image - mean) / std` for each channel; one number is for three channels, as in Paddle. */
export class Normalize implements Transform {
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly dataFormat: DataFormat;

  constructor(
    mean: number | readonly number[] = 0,
    std: number | readonly number[] = 1,
    { dataFormat = 'CHW' }: { readonly dataFormat?: DataFormat } = {},
  ) {
    const list = (value: number | readonly number[]): readonly number[] =>
      typeof value === 'number' ? [value, value, value] : value;
    this.mean = list(mean);
    this.std = list(std);
    this.dataFormat = dataFormat;
  }

  call<T extends ImageArray | Tensor>(image: T): T {
    return normalize(image, this.mean, this.std, this.dataFormat);
  }
}

/** Axes in another order: channels first by default. */
export class Transpose implements Transform<ImageArray, ImageArray> {
  readonly order: readonly number[];

  constructor(order: readonly number[] = [2, 0, 1]) {
    this.order = order;
  }

  call(image: ImageArray): ImageArray {
    const { height, width, channels } = sizeOfImage('Transpose', image);
    const from = [height, width, channels];
    const strides = [width * channels, channels, 1];
    const [a, b, c] = this.order;
    const shape = [from[a], from[b], from[c]];
    const data = image.data.slice();
    let next = 0;
    for (let i = 0; i < shape[0]; i++) {
      for (let j = 0; j < shape[1]; j++) {
        for (let k = 0; k < shape[2]; k++) {
          data[next++] = image.data[i * strides[a] + j * strides[b] + k * strides[c]];
        }
      }
    }
    return { ...image, shape, data };
  }
}

/** Another size; see `resize`. */
export class Resize implements Transform<ImageArray, ImageArray> {
  readonly size: SizeLike;
  readonly interpolation: 'nearest' | 'bilinear';

  constructor(size: SizeLike, interpolation: 'nearest' | 'bilinear' = 'bilinear') {
    this.size = size;
    this.interpolation = interpolation;
  }

  call = (image: ImageArray): ImageArray => resize(image, this.size, this.interpolation);
}

/** The middle. */
export class CenterCrop implements Transform<ImageArray, ImageArray> {
  readonly size: SizeLike;

  constructor(size: SizeLike) {
    this.size = size;
  }

  call = (image: ImageArray): ImageArray => centerCrop(image, this.size);
}

/** A part at a random place, after `padding` points of 0 were put around. */
export class RandomCrop implements Transform<ImageArray, ImageArray> {
  readonly size: SizeLike;
  readonly padding: number | readonly number[];

  constructor(size: SizeLike, padding: number | readonly number[] = 0) {
    this.size = size;
    this.padding = padding;
  }

  call(image: ImageArray): ImageArray {
    const padded = this.padding === 0 ? image : pad(image, this.padding);
    const { height, width } = sizeOfImage('RandomCrop', padded);
    const [wantedHeight, wantedWidth] = pairOf(this.size);
    const place = (whole: number, part: number): number =>
      Math.floor(random() * (whole - part + 1));
    const [top, left] = [place(height, wantedHeight), place(width, wantedWidth)];
    return crop(padded, top, left, wantedHeight, wantedWidth);
  }
}

/** Left and right exchanged, with probability `prob`. */
export class RandomHorizontalFlip implements Transform<ImageArray, ImageArray> {
  readonly prob: number;

  constructor(prob = 0.5) {
    this.prob = checkProbability('RandomHorizontalFlip', prob);
  }

  call = (image: ImageArray): ImageArray => (random() < this.prob ? hflip(image) : image);
}

/** Top and bottom exchanged, with probability `prob`. */
export class RandomVerticalFlip implements Transform<ImageArray, ImageArray> {
  readonly prob: number;

  constructor(prob = 0.5) {
    this.prob = checkProbability('RandomVerticalFlip', prob);
  }

  call = (image: ImageArray): ImageArray => (random() < this.prob ? vflip(image) : image);
}

/** Points of one value around. */
export class Pad implements Transform<ImageArray, ImageArray> {
  readonly padding: number | readonly number[];
  readonly fill: number;

  constructor(padding: number | readonly number[], fill = 0) {
    this.padding = padding;
    this.fill = fill;
  }

  call = (image: ImageArray): ImageArray => pad(image, this.padding, this.fill);
}

/** Brightness alone. */
export class Grayscale implements Transform<ImageArray, ImageArray> {
  readonly numOutputChannels: number;

  constructor(numOutputChannels = 1) {
    this.numOutputChannels = numOutputChannels;
  }

  call = (image: ImageArray): ImageArray => toGrayscale(image, this.numOutputChannels);
}

/** Brightness times a random factor between `1 - value` and `1 + value`. */
export class BrightnessTransform implements Transform<ImageArray, ImageArray> {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  call = (image: ImageArray): ImageArray => adjustBrightness(image, randomFactor(this.value));
}

/** Contrast times a random factor between `1 - value` and `1 + value`. */
export class ContrastTransform implements Transform<ImageArray, ImageArray> {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  call = (image: ImageArray): ImageArray => adjustContrast(image, randomFactor(this.value));
}

const randomFactor = (value: number): number =>
  Math.max(0, 1 - value) + random() * (1 + value - Math.max(0, 1 - value));

function checkProbability(owner: string, prob: number): number {
  if (prob >= 0 && prob <= 1) return prob;
  throw new ValueError(`${owner}: prob must be from 0 to 1, received ${prob}`);
}
