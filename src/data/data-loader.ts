import { ValueError } from '../tensor/index.ts';
import { Dataset } from './dataset.ts';
import type { Element, ElementLike, TensorsOf } from './element.ts';

/** Options of a DataLoader. */
export interface DataLoaderOptions {
  /** Samples in a batch. Default 1. */
  readonly batchSize?: number;
  /** Whether each pass has a random order of its own. Default false. */
  readonly shuffle?: boolean;
  /** Whether a last batch with fewer samples is left out. Default false. */
  readonly dropLast?: boolean;
  /** The same orders on every machine; without it the program's stream of random numbers gives them. */
  readonly seed?: number;
}

/**
 * Batches for a training loop written by hand. A step ends where the next begins: at the loader's next batch, what was
 * computed from the last one is freed, but for parameters, gradients, optimizer state and what was passed to `keep`.
 * @example
 * const loader = DataLoader.of([images, labels], { batchSize: 32, shuffle: true, seed: 1 });
 * for (let epoch = 0; epoch < 3; epoch++) {
 *   for (const [x, y] of loader) {
 *     const loss = lossOf(model.call(x), y);
 *     loss.backward();
 *     optimizer.step();
 *     optimizer.clearGrad();
 *   }
 * }
 */
export class DataLoader<T = Element> implements Iterable<T>, AsyncIterable<T> {
  /** The batches. */
  readonly dataset: Dataset<T>;

  /** Takes a data set of single samples. */
  constructor(data: Dataset<T>, options?: DataLoaderOptions) {
    const { batchSize = 1, shuffle = false, dropLast = false, seed } = options ?? {};
    if (!(data instanceof Dataset)) {
      throw new ValueError('DataLoader: expected a Dataset; DataLoader.of takes arrays');
    }
    let samples: Dataset<T> = data;
    if (shuffle) {
      const { length } = data;
      if (length === undefined) {
        throw new ValueError(
          'DataLoader: the number of samples must be known to shuffle them; ' +
            'use dataset.shuffle(bufferSize) instead',
        );
      }
      samples = data.shuffle(Math.max(1, length), { seed });
    }
    this.dataset = samples.batch(batchSize, { dropRemainder: dropLast });
  }

  /**
   * A loader of arrays or tensors, one row a sample: a tuple of arrays gives tuples of tensors.
   * @example for (const [x, y] of DataLoader.of([images, labels], { batchSize: 32 })) step(x, y);
   */
  static of<const S extends ElementLike>(
    slices: S,
    options?: DataLoaderOptions,
  ): DataLoader<TensorsOf<S>> {
    return new DataLoader(Dataset.fromTensorSlices(slices), options);
  }

  /** Batches of a pass, where their number is known. */
  get length(): number | undefined {
    return this.dataset.length;
  }

  /** The pass that `epoch` names, in the order that it has in every run. */
  pass(epoch: number): Iterable<T> & AsyncIterable<T> {
    return this.dataset.pass(epoch);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.dataset[Symbol.iterator]();
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.dataset[Symbol.asyncIterator]();
  }
}
