import { ValueError } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';
import { RandomSampler, SequenceSampler, type Sized } from './sampler.ts';

/** Places of samples with their number. */
export type IndexSource = Iterable<number> & Sized;

/** Arguments of a `BatchSampler`. */
export interface BatchSamplerArguments {
  readonly dataset: Sized | null;
  /** An order of its own, in place of `dataset` and `shuffle`. */
  readonly sampler: IndexSource | null;
  readonly shuffle: boolean;
  /** Default 1. */
  readonly batchSize: number;
  /** Whether a last batch with fewer samples is left out. Default false. */
  readonly dropLast: boolean;
}
const order = ['dataset', 'sampler', 'shuffle', 'batchSize', 'dropLast'] as const;

/**
 * Places of samples in batches.
 * @example new paddle.io.BatchSampler({ dataset, batchSize: 100, shuffle: true });
 */
export class BatchSampler implements Iterable<number[]> {
  readonly sampler: IndexSource;
  readonly batchSize: number;
  readonly dropLast: boolean;

  constructor(...args: Arguments<BatchSamplerArguments, typeof order>) {
    const { dataset, sampler, shuffle, batchSize, dropLast } = byName<BatchSamplerArguments>(
      'BatchSampler',
      order,
      args,
    );
    if (Boolean(dataset) === Boolean(sampler)) {
      throw new ValueError('BatchSampler: give either dataset or sampler');
    }
    if (sampler && shuffle) {
      throw new ValueError('BatchSampler: shuffle goes with dataset; a sampler has its own order');
    }
    this.sampler =
      sampler ??
      (shuffle ? new RandomSampler(dataset as Sized) : new SequenceSampler(dataset as Sized));
    this.batchSize = batchSize ?? 1;
    this.dropLast = dropLast ?? false;
    if (!Number.isInteger(this.batchSize) || this.batchSize <= 0) {
      throw new ValueError(
        `BatchSampler: batchSize must be a whole number > 0, received ${this.batchSize}`,
      );
    }
  }

  *[Symbol.iterator](): Generator<number[]> {
    let batch: number[] = [];
    for (const index of this.sampler) {
      batch.push(index);
      if (batch.length < this.batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !this.dropLast) yield batch;
  }

  /** Number of batches. */
  get length(): number {
    const batches = this.sampler.length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }
}
