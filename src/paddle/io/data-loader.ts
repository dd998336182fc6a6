import { runInScope, Scope, ValueError } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';
import type { Tensor } from '../tensor.ts';
import { BatchSampler } from './batch-sampler.ts';
import { defaultCollate, defaultConvert } from './collate.ts';
import { IterableDataset, type MapDataset } from './dataset.ts';
import type { Sized } from './sampler.ts';

/** Batches of places, with their number. */
export type BatchSource = Iterable<readonly number[]> & Sized;

/** What samples come from: by their places, or one after another. */
export type AnyDataset = MapDataset | Iterable<unknown> | AsyncIterable<unknown>;

/** Arguments of a `DataLoader`; those about processes of Python are accepted and have no effect. */
export interface DataLoaderArguments {
  readonly dataset: AnyDataset;
  readonly feedList: null;
  readonly places: unknown;
  readonly returnList: boolean;
  /** Which samples form a batch, in place of `batchSize`, `shuffle` and `dropLast`. */
  readonly batchSampler: BatchSource | null;
  /** Default 1; null gives samples as they are. */
  readonly batchSize: number | null;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  /** Joins samples into a batch. */
  readonly collateFn: ((samples: unknown[]) => unknown) | null;
  readonly numWorkers: number;
  readonly useBufferReader: boolean;
  readonly prefetchFactor: number;
  readonly useSharedMemory: boolean;
  readonly timeout: number;
  readonly workerInitFn: unknown;
  readonly persistentWorkers: boolean;
}

const order = [
  ...(['dataset', 'feedList', 'places', 'returnList', 'batchSampler', 'batchSize'] as const),
  ...(['shuffle', 'dropLast', 'collateFn', 'numWorkers', 'useBufferReader'] as const),
  ...(['prefetchFactor', 'useSharedMemory', 'timeout', 'workerInitFn'] as const),
  'persistentWorkers',
] as const;

/**
 * Batches of a data set as tensors, for loops with and without `await`. A step ends where the next batch is asked for: what was
 * computed from the last one is freed, but for parameters, gradients, the optimizer's state and what was passed to `keep`.
 * @example
 * const loader = new paddle.io.DataLoader(dataset, { batchSize: 100, shuffle: true });
 * for (const [images, labels] of loader) step(images, labels);
 */
export class DataLoader<Batch = Tensor[]> implements Iterable<Batch>, AsyncIterable<Batch> {
  readonly dataset: AnyDataset;
  /** Null for data sets that are only iterable, and for samples without batches. */
  readonly batchSampler: BatchSource | null;
  readonly #batchSize: number | null;
  readonly #dropLast: boolean;
  readonly #collate: (samples: unknown[]) => unknown;
  /** Whether a data set that makes batches itself may do so. */
  readonly #plain: boolean;

  constructor(...args: Arguments<DataLoaderArguments, typeof order>) {
    const given = byName<DataLoaderArguments>('DataLoader', order, args, ['dataset']);
    const { batchSampler = null, batchSize = 1, shuffle = false, dropLast = false } = given;
    const { dataset } = given;
    this.dataset = Array.isArray(dataset) ? listed(dataset) : (dataset as AnyDataset);
    this.#dropLast = dropLast;
    this.#plain = !given.collateFn;
    if (batchSampler && ((batchSize ?? 1) !== 1 || shuffle || dropLast)) {
      throw new ValueError('DataLoader: batchSampler excludes batchSize, shuffle and dropLast');
    }
    if (batchSize !== null && !(Number.isInteger(batchSize) && batchSize > 0)) {
      throw new ValueError(
        `DataLoader: batchSize must be a whole number > 0, received ${batchSize}`,
      );
    }
    this.#batchSize = batchSampler ? null : batchSize;
    if (isMap(this.dataset)) {
      this.batchSampler =
        batchSampler ??
        (batchSize === null
          ? null
          : new BatchSampler({ dataset: this.dataset, batchSize, shuffle, dropLast }));
    } else {
      if (shuffle || batchSampler) {
        throw new ValueError(
          'DataLoader: an iterable data set has an order of its own; shuffle and batchSampler are for others',
        );
      }
      this.batchSampler = null;
    }
    const whole = this.batchSampler || batchSize !== null;
    this.#collate =
      given.collateFn ?? (whole ? defaultCollate : ([sample]) => defaultConvert(sample));
  }

  /** Number of batches; undefined where only a loop would tell. */
  get length(): number | undefined {
    if (this.batchSampler) return this.batchSampler.length;
    return isMap(this.dataset) ? this.dataset.length : undefined;
  }

  *[Symbol.iterator](): Generator<Batch, void, void> {
    for (const take of this.#takes(iterator(this.dataset))) {
      const scope = new Scope();
      try {
        yield runInScope(scope, () => {
          const batch = take();
          if (!isPromise(batch)) return batch;
          batch.catch(() => undefined); // nobody will hear of it
          throw new ValueError('DataLoader: samples come later: use for await (const … of …)');
        }) as Batch;
      } finally {
        scope.end();
      }
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void, void> {
    if (!isMap(this.dataset) && Symbol.asyncIterator in this.dataset) {
      yield* this.#fromAsync(this.dataset);
      return;
    }
    for (const take of this.#takes(iterator(this.dataset))) {
      const scope = new Scope();
      try {
        const batch = runInScope(scope, () => take(scope));
        yield (isPromise(batch) ? await batch : batch) as Batch;
      } finally {
        scope.end();
      }
    }
  }

  /** One function for each batch, which makes it; it may promise it where samples are promised. */
  *#takes(samples: Iterator<unknown> | null): Generator<(scope?: Scope) => unknown, void, void> {
    const { dataset } = this;
    if (isMap(dataset)) {
      const batches = this.batchSampler ?? singles(dataset.length);
      for (const indices of batches) yield (scope) => this.#fetch(dataset, indices, scope);
      return;
    }
    for (;;) {
      const gathered = gather(samples as Iterator<unknown>, this.#batchSize ?? 1);
      if (gathered.length === 0) return;
      if (gathered.length < (this.#batchSize ?? 1) && this.#dropLast) return;
      yield () => this.#collate(gathered);
    }
  }

  #fetch(dataset: MapDataset, indices: readonly number[], scope?: Scope): unknown {
    if (dataset.getBatch && this.#plain && this.batchSampler) return dataset.getBatch(indices);
    const samples = indices.map((index) => dataset.getItem(index));
    if (!samples.some(isPromise)) return this.#collate(samples);
    return Promise.all(samples).then((settled) =>
      scope ? runInScope(scope, () => this.#collate(settled)) : this.#collate(settled),
    );
  }

  async *#fromAsync(samples: AsyncIterable<unknown>): AsyncGenerator<Batch, void, void> {
    const size = this.#batchSize ?? 1;
    let gathered: unknown[] = [];
    const collated = (): unknown => this.#collate(gathered);
    const each = function* (): Generator<Batch, void, void> {
      const scope = new Scope();
      try {
        yield runInScope(scope, collated) as Batch;
      } finally {
        scope.end();
      }
    };
    for await (const sample of samples) {
      gathered.push(sample);
      if (gathered.length < size) continue;
      yield* each();
      gathered = [];
    }
    if (gathered.length > 0 && !this.#dropLast) yield* each();
  }
}

const isMap = (dataset: AnyDataset): dataset is MapDataset =>
  typeof (dataset as MapDataset).getItem === 'function' && !(dataset instanceof IterableDataset);

/** A list is a data set too. */
const listed = (samples: readonly unknown[]): MapDataset => ({
  getItem: (index) => samples[index],
  length: samples.length,
});

const isPromise = (value: unknown): value is Promise<unknown> => value instanceof Promise;

function iterator(dataset: AnyDataset): Iterator<unknown> | null {
  if (isMap(dataset)) return null;
  if (Symbol.iterator in dataset) return (dataset as Iterable<unknown>)[Symbol.iterator]();
  const wayOut =
    Symbol.asyncIterator in dataset
      ? 'use for await (const … of …)'
      : 'it needs getItem(index) and length, or an iterator';
  throw new ValueError(`DataLoader: the data set cannot be looped over; ${wayOut}`);
}

function gather(samples: Iterator<unknown>, count: number): unknown[] {
  const gathered: unknown[] = [];
  while (gathered.length < count) {
    const { done, value } = samples.next();
    if (done) break;
    gathered.push(value);
  }
  return gathered;
}

function* singles(length: number): Generator<number[]> {
  for (let i = 0; i < length; i++) yield [i];
}
