import type { FileSource } from '#platform';
import { type RasterImage, type ReadImageOptions, readImage } from '../data/image/index.ts';
import { globalAveragePooling2d, type KerasTensor } from '../layers/index.ts';
import { bestOf, type ClassName, inferenceModel } from '../models/index.ts';
import { fromData, softmax } from '../ops/index.ts';
import { formatShape, ShapeError, Tensor, ValueError } from '../tensor/index.ts';
import { Model } from '../training/index.ts';
import { type PreprocessingStep, preprocess } from './preprocessing.ts';

/** One image: a file, its bytes, points on the host, or a tensor [height, width, channels] of red, green, blue from 0 to 255. */
export type ImageLike = FileSource | RasterImage<Uint8Array> | Tensor;

/** One image, or several: a list, or a tensor [n, height, width, channels]. */
export type ImagesLike = ImageLike | readonly ImageLike[];

/** A class that an image may belong to. */
export interface Classification {
  /** The class's name. */
  readonly label: string;
  /** Its probability. */
  readonly score: number;
  /** Its number. */
  readonly index: number;
  /** Its WordNet id, where it has one. */
  readonly id?: string;
}

/** Options of `classify`. */
export interface ClassifyOptions {
  /** How many classes are told, best first. Default 5. */
  readonly topK?: number;
}

/** What makes a classifier. */
export interface ClassifierParts {
  readonly name: string;
  /** From images to probabilities: its last activation is a softmax. */
  readonly model: Model;
  readonly classes: readonly ClassName[];
  readonly preprocessing: readonly PreprocessingStep[];
  /** The layer whose output describes an image; the one before the classes unless said. */
  readonly featuresLayer?: string | null;
}

/** Images that are decoded at the same time. */
const decodedAtOnce = 4;

/** A model with what it needs to know of images and classes: from a photo to its name. */
export class ImageClassifier {
  readonly name: string;
  /** The whole network, to look at, train on or save. */
  readonly model: Model;
  readonly classes: readonly ClassName[];
  readonly preprocessing: readonly PreprocessingStep[];
  readonly featuresLayer: string;
  /** How images of files are read; photos are turned as the camera was held. */
  reading: ReadImageOptions = {};
  #logits: Model | null = null;
  #features: Model | null = null;

  constructor({ name, model, classes, preprocessing, featuresLayer }: ClassifierParts) {
    const outputs = model.outputs[0]?.shape.at(-1);
    if (outputs !== classes.length) {
      throw new ValueError(
        `${name}: the model gives ${outputs} scores, but there are ${classes.length} classes`,
      );
    }
    this.name = name;
    this.model = model;
    this.classes = classes;
    this.preprocessing = preprocessing;
    this.featuresLayer = featuresLayer ?? model.layers.at(-2)?.name ?? '';
  }

  /** Height, width and channels of what the model takes. */
  get inputShape(): readonly number[] {
    return this.model.inputs[0].shape.slice(1) as number[];
  }

  /**
   * The likeliest classes of an image, or of each of several.
   * @example const [best] = await model.classify('cat.jpg', { topK: 1 });
   */
  classify(image: ImageLike, options?: ClassifyOptions): Promise<Classification[]>;
  classify(images: readonly ImageLike[], options?: ClassifyOptions): Promise<Classification[][]>;
  classify(
    images: ImagesLike,
    options?: ClassifyOptions,
  ): Promise<Classification[] | Classification[][]>;
  async classify(
    images: ImagesLike,
    { topK = 5 }: ClassifyOptions = {},
  ): Promise<Classification[] | Classification[][]> {
    if (!Number.isSafeInteger(topK) || topK < 1) {
      throw new ValueError(`${this.name}: topK must be a whole number >= 1, received ${topK}`);
    }
    const scores = softmax(await this.logits(images));
    const count = this.classes.length;
    const values = Array.from(await scores.data(), Number);
    const ranked = Array.from({ length: scores.shape[0] }, (_, row) =>
      bestOf(values.slice(row * count, (row + 1) * count), topK).map(([index, score]) => ({
        ...this.classes[index],
        score,
        index,
      })),
    );
    return isSeveral(images) ? ranked : ranked[0];
  }

  /** The scores before the softmax, [n, classes]. */
  async logits(images: ImagesLike): Promise<Tensor> {
    this.#logits ??= inferenceModel(this.model, { logits: true });
    return (await this.#logits.predict(await this.prepare(images), { verbose: 0 })) as Tensor;
  }

  /** What the network makes of images before it tells classes apart, [n, features]: to compare images, or to train on. */
  async features(images: ImagesLike): Promise<Tensor> {
    this.#features ??= inferenceModel(this.featureModel());
    return (await this.#features.predict(await this.prepare(images), { verbose: 0 })) as Tensor;
  }

  /** The network up to its features, [n, features]; it shares the layers of `model`. */
  featureModel(): Model {
    const { output } = this.model.getLayer(this.featuresLayer);
    const features = output as KerasTensor;
    const name = `${this.featuresLayer}_mean`;
    const pooled =
      features.rank === 4 ? globalAveragePooling2d({ name }).apply(features) : features;
    return new Model({
      inputs: this.model.inputs[0],
      outputs: pooled,
      name: `${this.name}_features`,
    });
  }

  /** Images as the model wants them, [n, height, width, channels] of float32. Tensors of the model's size are only scaled. */
  async prepare(images: ImagesLike): Promise<Tensor> {
    const list = await listImages(images);
    if (list.length === 0) throw new ValueError(`${this.name}: there is no image`);
    const shape = this.inputShape;
    const size = shape.reduce((a, b) => a * b, 1);
    const data = new Float32Array(size * list.length);
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < list.length) {
        const i = next++;
        data.set(await this.#prepareOne(list[i], shape), i * size);
      }
    };
    await Promise.all(Array.from({ length: Math.min(decodedAtOnce, list.length) }, work));
    return fromData(data, [list.length, ...shape]);
  }

  async #prepareOne(image: ImageLike, [height, width, channels]: readonly number[]) {
    const isFile = !(image instanceof Tensor) && !isRaster(image);
    const raster = isFile ? await readImage(image, this.reading) : await toRaster(image);
    const sized = image instanceof Tensor && raster.height === height && raster.width === width;
    const name = typeof image === 'string' || image instanceof URL ? `${image}: ` : '';
    let made: RasterImage;
    try {
      made = preprocess(raster, this.preprocessing, { sized });
    } catch (error) {
      if (!name || !(error instanceof ValueError)) throw error;
      throw new ValueError(name + error.message);
    }
    if (made.height === height && made.width === width && made.channels === channels) {
      return made.data;
    }
    throw new ShapeError(
      `${name}${this.name} takes images of ${formatShape([height, width, channels])}, but its preprocessing gives ` +
        formatShape([made.height, made.width, made.channels]),
    );
  }
}

const isRaster = (image: unknown): image is RasterImage<Uint8Array> =>
  typeof image === 'object' && image !== null && 'channels' in image && 'data' in image;

const isSeveral = (images: ImagesLike): boolean =>
  Array.isArray(images) || (images instanceof Tensor && images.rank === 4);

async function listImages(images: ImagesLike): Promise<readonly ImageLike[]> {
  if (Array.isArray(images)) return images;
  if (!(images instanceof Tensor) || images.rank !== 4) return [images as ImageLike];
  const [count, height, width, channels] = images.shape;
  const raster = await toRaster(images.reshape([count * height, width, channels]));
  const size = height * width * channels;
  return Array.from({ length: count }, (_, i) =>
    fromData(raster.data.slice(i * size, (i + 1) * size), [height, width, channels], 'uint8'),
  );
}

/** A tensor's points as bytes. */
async function toRaster(image: Tensor | RasterImage<Uint8Array>): Promise<RasterImage<Uint8Array>> {
  if (!(image instanceof Tensor)) return image;
  const { shape } = image;
  if (shape.length !== 3 || (shape[2] !== 1 && shape[2] !== 3)) {
    throw new ShapeError(
      `an image is a tensor [height, width, 1 or 3] of numbers from 0 to 255, received ${formatShape(shape)}`,
    );
  }
  const [height, width, channels] = shape;
  const values = Uint8ClampedArray.from(await image.data(), Number);
  const grey = new Uint8Array(values.buffer);
  if (channels === 3) return { width, height, channels, data: grey };
  const data = new Uint8Array(3 * grey.length);
  grey.forEach((value, i) => {
    data.fill(value, 3 * i, 3 * i + 3);
  });
  return { width, height, channels: 3, data };
}
