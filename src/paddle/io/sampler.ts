import { dataKey, randomIntegers } from '../../data/stages/order.ts';
import { permutedIndices } from '../../ops/random/permutation.ts';
import { ValueError } from '../../tensor/index.ts';
import { type Arguments, byName } from '../arguments.ts';

/** Anything whose number of samples is known. */
export interface Sized {
  readonly length: number;
}

/** An order of samples: loops over it give their places. */
export abstract class Sampler implements Iterable<number> {
  abstract [Symbol.iterator](): Iterator<number>;
  abstract get length(): number;
}

/** The order that the data set has. */
export class SequenceSampler extends Sampler {
  readonly dataSource: Sized;

  constructor(dataSource: Sized) {
    super();
    this.dataSource = dataSource;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let i = 0; i < this.length; i++) yield i;
  }

  get length(): number {
    return this.dataSource.length;
  }
}

interface RandomSamplerArguments {
  readonly dataSource: Sized;
  /** Whether a sample may come more than once. Default false. */
  readonly replacement: boolean;
  /** How many samples; all by default. */
  readonly numSamples: number;
}
const randomSamplerOrder = ['dataSource', 'replacement', 'numSamples'] as const;

/** A random order, another one in each loop; `paddle.seed` fixes them. */
export class RandomSampler extends Sampler {
  readonly #dataSource: Sized;
  readonly #replacement: boolean;
  readonly #numSamples: number | undefined;

  constructor(...args: Arguments<RandomSamplerArguments, typeof randomSamplerOrder>) {
    super();
    const { dataSource, replacement, numSamples } = byName<RandomSamplerArguments>(
      'RandomSampler',
      randomSamplerOrder,
      args,
      ['dataSource'],
    );
    this.#dataSource = dataSource as Sized;
    this.#replacement = replacement ?? false;
    this.#numSamples = numSamples ?? undefined;
    const count = this.length;
    if (!Number.isInteger(count) || count <= 0) {
      throw new ValueError(
        `RandomSampler: numSamples must be a whole number > 0, received ${count}`,
      );
    }
    if (!this.#replacement && count > this.#dataSource.length) {
      throw new ValueError(
        `RandomSampler: ${count} samples of ${this.#dataSource.length} need replacement: true`,
      );
    }
  }

  *[Symbol.iterator](): Generator<number> {
    const key = dataKey(undefined);
    const { length } = this.#dataSource;
    if (!this.#replacement) {
      yield* permutedIndices(length, key).subarray(0, this.length);
      return;
    }
    const next = randomIntegers(key);
    for (let i = 0; i < this.length; i++) yield next(length);
  }

  get length(): number {
    return this.#numSamples ?? this.#dataSource.length;
  }
}

/** The given places in a random order. */
export class SubsetRandomSampler extends Sampler {
  readonly indices: readonly number[];

  constructor(indices: readonly number[]) {
    super();
    if (indices.length === 0) throw new ValueError('SubsetRandomSampler: there are no indices');
    this.indices = indices;
  }

  *[Symbol.iterator](): Generator<number> {
    const order = permutedIndices(this.length, dataKey(undefined));
    for (const place of order) yield this.indices[place];
  }

  get length(): number {
    return this.indices.length;
  }
}

/** Places that come as often as their weights say. */
export class WeightedRandomSampler extends Sampler {
  readonly #weights: Float64Array;
  readonly #numSamples: number;
  readonly #replacement: boolean;

  constructor(weights: ArrayLike<number>, numSamples: number, replacement = true) {
    super();
    this.#weights = Float64Array.from(weights);
    const positive = this.#weights.filter((weight) => weight > 0).length;
    if (positive === 0 || !this.#weights.every((weight) => weight >= 0 && weight < Infinity)) {
      throw new ValueError('WeightedRandomSampler: weights must be >= 0, and one of them above 0');
    }
    if (!Number.isInteger(numSamples) || numSamples <= 0) {
      throw new ValueError(
        `WeightedRandomSampler: numSamples must be a whole number > 0, received ${numSamples}`,
      );
    }
    if (!replacement && numSamples > positive) {
      throw new ValueError(
        `WeightedRandomSampler: ${numSamples} samples of ${positive} with a weight need replacement`,
      );
    }
    this.#numSamples = numSamples;
    this.#replacement = replacement;
  }

  *[Symbol.iterator](): Generator<number> {
    const next = randomIntegers(dataKey(undefined));
    const weights = this.#weights.slice();
    let sum = weights.reduce((a, b) => a + b);
    for (let i = 0; i < this.#numSamples; i++) {
      const target = (next(2 ** 32) / 2 ** 32) * sum;
      let place = -1;
      let reached = 0;
      for (let j = 0; j < weights.length && !(place >= 0 && reached > target); j++) {
        if (weights[j] === 0) continue;
        reached += weights[j];
        place = j;
      }
      if (!this.#replacement) {
        sum -= weights[place];
        weights[place] = 0;
      }
      yield place;
    }
  }

  get length(): number {
    return this.#numSamples;
  }
}
