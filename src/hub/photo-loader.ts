import { type ReadImageOptions, readImage, type SkippedFile } from '../data/image/index.ts';
import { FormatError, formatShape, ShapeError, ValueError } from '../tensor/index.ts';
import type { LabelledPhotos } from './photo-folder.ts';
import { type PreprocessingStep, preprocess } from './preprocessing.ts';

/** Photos as a network takes them. */
export interface PhotoBatch {
  /** [photos, height, width, channels]. */
  readonly data: Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
  readonly labels: Int32Array<ArrayBuffer>;
  readonly paths: readonly string[];
}

/** Photos that are decoded at the same time. */
const decodedAtOnce = 8;

/** Reads photos as a network takes them; what cannot be read is left out and listed in `skipped`. */
export class PhotoLoader {
  readonly skipped: SkippedFile[] = [];
  readonly shape: readonly number[];
  readonly #broken = new Set<string>();
  readonly #steps: readonly PreprocessingStep[];
  readonly #reading: ReadImageOptions;

  /** `shape`: height, width and channels of what the steps give. */
  constructor(
    steps: readonly PreprocessingStep[],
    shape: readonly number[],
    reading: ReadImageOptions = {},
  ) {
    this.#steps = steps;
    this.shape = shape;
    this.#reading = reading;
  }

  /** Batches in the order of the list; the next one is read while one is worked on. Throws where no photo at all can be read. */
  async *batches(
    { paths, labels }: LabelledPhotos,
    batchSize: number,
  ): AsyncGenerator<PhotoBatch, void, undefined> {
    const read = (from: number): Promise<PhotoBatch> => {
      const batch = this.#load(
        paths.slice(from, from + batchSize),
        labels.slice(from, from + batchSize),
      );
      // An error is thrown when the batch is asked for.
      batch.catch(() => {});
      return batch;
    };
    let any = false;
    let next = read(0);
    for (let from = 0; from < paths.length; from += batchSize) {
      const batch = await next;
      if (from + batchSize < paths.length) next = read(from + batchSize);
      if (batch.paths.length === 0) continue;
      any = true;
      yield batch;
    }
    if (any) return;
    const { path, reason } = this.skipped.at(-1) ?? { path: '', reason: 'there are none' };
    throw new FormatError(`none of the ${paths.length} photos can be read: ${reason}`, {
      file: path,
    });
  }

  async #load(paths: readonly string[], labels: readonly number[]): Promise<PhotoBatch> {
    const found: (Float32Array | Uint8Array | null)[] = new Array(paths.length).fill(null);
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < paths.length) {
        const i = next++;
        found[i] = await this.#read(paths[i]);
      }
    };
    await Promise.all(Array.from({ length: Math.min(decodedAtOnce, paths.length) }, work));
    const kept = found.flatMap((points, i) => (points ? [i] : []));
    const size = this.shape.reduce((a, b) => a * b, 1);
    const data = new Float32Array(kept.length * size);
    kept.forEach((from, i) => {
      data.set(found[from] as Float32Array, i * size);
    });
    return {
      data,
      shape: [kept.length, ...this.shape],
      labels: Int32Array.from(kept, (i) => labels[i]),
      paths: kept.map((i) => paths[i]),
    };
  }

  async #read(path: string): Promise<Float32Array | Uint8Array | null> {
    if (this.#broken.has(path)) return null;
    try {
      const { height, width, channels, data } = preprocess(
        await readImage(path, this.#reading),
        this.#steps,
      );
      if (formatShape([height, width, channels]) === formatShape(this.shape)) return data;
      throw new ShapeError(
        `the network takes images of ${formatShape(this.shape)}, but its preprocessing gives ` +
          formatShape([height, width, channels]),
      );
    } catch (error) {
      // A photo in which nothing is found is a ValueError.
      const isOwnFault = error instanceof FormatError || error instanceof ValueError;
      if (!isOwnFault || error instanceof ShapeError) throw error;
      this.#broken.add(path);
      this.skipped.push({ path, reason: error.message });
      return null;
    }
  }
}
