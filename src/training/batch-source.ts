import type { Batch, BatchSource } from './batches.ts';
import type { BatchItem, BatchIterable, Samples } from './data.ts';
import { warn } from './output.ts';

/** What an item of an iterable holds. */
export interface ItemParts {
  readonly x: Samples;
  readonly y: Samples | null;
  readonly sampleWeight: Samples | null;
}

/** Batches that something else makes: a generator, a data set, a function that gives one. */
export class IterableBatches implements BatchSource {
  readonly steps: number | null;
  readonly #where: string;
  readonly #given: BatchIterable;
  /** Steps of a pass, if the caller limits them: the iterator then goes on in the next pass where it stopped. */
  readonly #limit: number | null;
  readonly #toBatch: (item: ItemParts) => Promise<Batch>;
  #iterator: Iterator<BatchItem> | AsyncIterator<BatchItem> | null = null;
  #exhausted = false;

  constructor(
    where: string,
    given: BatchIterable,
    limit: number | null,
    toBatch: (item: ItemParts) => Promise<Batch>,
  ) {
    this.#where = where;
    this.#given = given;
    this.#limit = limit;
    this.#toBatch = toBatch;
    this.steps = limit ?? lengthOf(given);
  }

  async *batches(_epoch: number, start: number): AsyncGenerator<Batch> {
    const iterator = this.#open();
    for (let step = 0; this.#limit === null || step < this.#limit; step++) {
      const { done, value } = await iterator.next();
      if (done) {
        this.#iterator = null;
        if (this.#limit !== null) this.#ranOut(step);
        return;
      }
      if (step >= start) yield this.#toBatch(partsOf(value as BatchItem));
    }
  }

  /** Whether a pass ended before its steps: there is nothing for another one. */
  get exhausted(): boolean {
    return this.#exhausted;
  }

  #open(): Iterator<BatchItem> | AsyncIterator<BatchItem> {
    this.#iterator ??= iteratorOf(this.#given);
    return this.#iterator;
  }

  #ranOut(step: number): void {
    this.#exhausted = typeof this.#given !== 'function';
    warn(
      `${this.#where}: the data ran out after ${step} of ${this.#limit} steps; ` +
        'give fewer steps, or a function that makes a new iterator',
    );
  }
}

function iteratorOf(given: BatchIterable): Iterator<BatchItem> | AsyncIterator<BatchItem> {
  const made = typeof given === 'function' ? given() : given;
  if (Symbol.asyncIterator in made) return made[Symbol.asyncIterator]();
  return Symbol.iterator in made ? made[Symbol.iterator]() : made;
}

/** Batches that a data set says it has. */
function lengthOf(given: BatchIterable): number | null {
  const { length } = given as { readonly length?: unknown };
  return typeof given !== 'function' && typeof length === 'number' ? length : null;
}

function partsOf(item: BatchItem): ItemParts {
  if (!Array.isArray(item)) return { x: item as Samples, y: null, sampleWeight: null };
  const [x, y = null, sampleWeight = null] = item as unknown as readonly [
    Samples,
    Samples?,
    Samples?,
  ];
  return { x, y, sampleWeight };
}
