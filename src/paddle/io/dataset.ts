import { GradusError, ValueError } from '../../tensor/index.ts';

/** What a `DataLoader` takes samples from by their places: Python's `__getitem__` and `__len__`. */
export interface MapDataset<Sample = unknown> {
  getItem(index: number): Sample | Promise<Sample>;
  readonly length: number;
  /** A whole batch at once, where that is faster than one sample after another. */
  getBatch?(indices: readonly number[]): unknown;
}

/**
 * Samples that are found by their places. A subclass has `getItem(index)` and `length`.
 * @example
 * class Squares extends paddle.io.Dataset {
 *   getItem(i: number) { return [Float32Array.of(i), i * i]; }
 *   get length() { return 100; }
 * }
 */
export abstract class Dataset<Sample = unknown> implements MapDataset<Sample> {
  abstract getItem(index: number): Sample | Promise<Sample>;
  abstract get length(): number;
}

/**
 * Samples that come one after another. A subclass has `[Symbol.iterator]`, or `[Symbol.asyncIterator]` for loops that await.
 * @example
 * class Lines extends paddle.io.IterableDataset<string> {
 *   *[Symbol.iterator]() { yield 'a'; yield 'b'; }
 * }
 */
export abstract class IterableDataset<Sample = unknown> {
  /** Throws unless the subclass has an iterator of its own. */
  [Symbol.iterator](): Iterator<Sample> {
    const which = Symbol.asyncIterator in this ? 'for await (const … of …)' : 'give it one';
    throw new GradusError(`IterableDataset: ${this.constructor.name} has no iterator; ${which}`);
  }
}

/** Some samples of another data set, by their places. */
export class Subset<Sample = unknown> extends Dataset<Sample> {
  readonly dataset: MapDataset<Sample>;
  readonly indices: readonly number[];
  readonly getBatch?: MapDataset['getBatch'];

  constructor(dataset: MapDataset<Sample>, indices: readonly number[]) {
    super();
    this.dataset = dataset;
    this.indices = indices;
    if (dataset.getBatch) {
      this.getBatch = (places) => dataset.getBatch?.(places.map((place) => indices[place]));
    }
  }

  getItem(index: number): Sample | Promise<Sample> {
    return this.dataset.getItem(checkPlace('Subset', index, this.length, (i) => this.indices[i]));
  }

  get length(): number {
    return this.indices.length;
  }
}

/** Data sets one behind the other. */
export class ConcatDataset<Sample = unknown> extends Dataset<Sample> {
  readonly datasets: readonly MapDataset<Sample>[];
  /** Samples up to and with each data set. */
  readonly cumulativeSizes: readonly number[];

  constructor(datasets: readonly MapDataset<Sample>[]) {
    super();
    if (datasets.length === 0) throw new ValueError('ConcatDataset: there is no data set');
    this.datasets = datasets;
    let sum = 0;
    this.cumulativeSizes = datasets.map(({ length }) => {
      sum += length;
      return sum;
    });
  }

  getItem(index: number): Sample | Promise<Sample> {
    const place = checkPlace('ConcatDataset', index, this.length);
    const which = this.cumulativeSizes.findIndex((end) => place < end);
    const start = which === 0 ? 0 : this.cumulativeSizes[which - 1];
    return this.datasets[which].getItem(place - start);
  }

  get length(): number {
    return this.cumulativeSizes.at(-1) as number;
  }
}

/** Data sets of one length side by side: a sample has the fields of all. */
export class ComposeDataset extends Dataset<unknown[]> {
  readonly datasets: readonly MapDataset[];

  constructor(datasets: readonly MapDataset[]) {
    super();
    const [first, ...others] = datasets;
    if (!first) throw new ValueError('ComposeDataset: there is no data set');
    const other = others.find(({ length }) => length !== first.length);
    if (other) {
      throw new ValueError(
        `ComposeDataset: lengths of data sets must be equal, received ${first.length} and ${other.length}`,
      );
    }
    this.datasets = datasets;
  }

  getItem(index: number): unknown[] | Promise<unknown[]> {
    const parts = this.datasets.map((dataset) => dataset.getItem(index));
    const flat = (values: readonly unknown[]): unknown[] =>
      values.flatMap((value) => (Array.isArray(value) ? value : [value]));
    return parts.some((part) => part instanceof Promise)
      ? Promise.all(parts).then(flat)
      : flat(parts);
  }

  get length(): number {
    return this.datasets[0].length;
  }
}

/** Samples of several iterable data sets, one behind the other. */
export class ChainDataset<Sample = unknown> extends IterableDataset<Sample> {
  readonly datasets: readonly Iterable<Sample>[];

  constructor(datasets: readonly Iterable<Sample>[]) {
    super();
    this.datasets = datasets;
  }

  override *[Symbol.iterator](): Generator<Sample> {
    for (const dataset of this.datasets) yield* dataset;
  }
}

/** The place of a sample, counted from behind if it is negative; what stands there if `find` tells. */
export function checkPlace(
  owner: string,
  index: number,
  length: number,
  find: (place: number) => number = (place) => place,
): number {
  const place = index < 0 ? index + length : index;
  if (Number.isInteger(place) && place >= 0 && place < length) return find(place);
  throw new ValueError(`${owner}: there is no sample ${index} among ${length}`);
}
