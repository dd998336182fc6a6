import type { HostArray } from '../../../data/index.ts';
import { fashionMnist, type LoadOptions, mnist } from '../../../datasets/index.ts';
import { ValueError } from '../../../tensor/index.ts';
import { checkPlace, Dataset } from '../../io/dataset.ts';
import type { Transform } from '../transforms/index.ts';

/** Options of `MNIST.load`. */
export interface DigitsOptions extends LoadOptions {
  /** Default 'train'. */
  readonly mode?: 'train' | 'test';
  /** What is done to each image, an array [28, 28] of bytes. Without one, images are float32 [28, 28]. */
  readonly transform?: Transform | null;
}

const side = 28;

/**
 * Handwritten digits: images and labels int64 [1].
 * @example
 * const transform = new Normalize([127.5], [127.5]);
 * const train = await paddle.vision.datasets.MNIST.load({ mode: 'train', transform });
 */
export class MNIST extends Dataset<[image: unknown, label: HostArray]> {
  readonly #images: HostArray;
  readonly #labels: HostArray;
  readonly #transform: Transform | null;

  constructor(images: HostArray, labels: HostArray, transform: Transform | null = null) {
    super();
    this.#images = images;
    this.#labels = labels;
    this.#transform = transform;
  }

  /** Finds the data as `datasets.mnist.loadData` does. */
  static async load(options: DigitsOptions = {}): Promise<MNIST> {
    const [images, labels] = await pick(mnist.loadArrays, 'MNIST', options);
    return new MNIST(images, labels, options.transform);
  }

  getItem(index: number): [image: unknown, label: HostArray] {
    const place = checkPlace('MNIST', index, this.length);
    const points = side * side;
    const bytes = this.#images.data.subarray(place * points, (place + 1) * points);
    const shape = [side, side];
    const label = Float64Array.of(this.#labels.data[place]);
    const image = this.#transform
      ? this.#transform.call({ data: bytes, shape, dtype: 'uint8' })
      : { data: Float32Array.from(bytes), shape, dtype: 'float32' };
    return [image, { data: label, shape: [1], dtype: 'int64' }];
  }

  get length(): number {
    return this.#labels.data.length;
  }
}

/** Pictures of clothes in the form of MNIST. */
export class FashionMNIST extends MNIST {
  static override async load(options: DigitsOptions = {}): Promise<FashionMNIST> {
    const [images, labels] = await pick(fashionMnist.loadArrays, 'FashionMNIST', options);
    return new FashionMNIST(images, labels, options.transform);
  }
}

async function pick(
  load: typeof mnist.loadArrays,
  owner: string,
  { mode = 'train', ...options }: DigitsOptions,
): Promise<[HostArray, HostArray]> {
  if (mode !== 'train' && mode !== 'test') {
    throw new ValueError(`${owner}: mode must be 'train' or 'test', received '${mode}'`);
  }
  const [train, test] = await load(options);
  return mode === 'train' ? train : test;
}
