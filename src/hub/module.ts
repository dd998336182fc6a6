import type { RasterImage } from '../data/image/index.ts';
import type { SourceOptions } from '../models/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import type { ImageLike } from './image-classifier.ts';
import { type HubModel, load } from './load.ts';

/** What `classification` takes, as in PaddleHub. */
export interface ClassificationOptions {
  /** Files or addresses of images. */
  readonly paths?: readonly string[];
  /** Images [height, width, 3] of red, green, blue from 0 to 255. */
  readonly images?: readonly (Tensor | RasterImage<Uint8Array> | Uint8Array | Blob)[];
  /** How many classes are told. Default 1. */
  readonly topK?: number;
}

/**
 * A model as PaddleHub's users know it; it is loaded when it is first used.
 * @example
 * const module = new Module({ name: 'mobilenet_v2_imagenet' });
 * const [result] = await module.classification({ paths: ['cat.jpg'], topK: 3 }); // { tabby: 0.6, … }
 */
export class Module {
  readonly name: string;
  readonly #sources: SourceOptions;
  #model: Promise<HubModel> | null = null;

  constructor({ name, ...sources }: { readonly name: string } & SourceOptions) {
    if (typeof name !== 'string' || !name) throw new ValueError('Module: name must be given');
    this.name = name;
    this.#sources = sources;
  }

  /** The model behind it. */
  load(): Promise<HubModel> {
    this.#model ??= load(this.name, this.#sources).catch((error) => {
      this.#model = null;
      throw error;
    });
    return this.#model;
  }

  /** Probabilities by the names of classes, best first, one object for each image: first those of `paths`, then `images`. */
  async classification({
    paths = [],
    images = [],
    topK = 1,
  }: ClassificationOptions): Promise<Record<string, number>[]> {
    const all: ImageLike[] = [...paths, ...images];
    if (all.length === 0) throw new ValueError('classification: pass paths or images');
    const model = await this.load();
    const results = await model.classify(all, { topK });
    return results.map((classes) =>
      Object.fromEntries(classes.map(({ label, score }) => [label, score])),
    );
  }
}
