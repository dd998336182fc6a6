import { ShapeError, Tensor, ValueError } from '../tensor/index.ts';
import {
  type Element,
  type ElementLike,
  leavesOf,
  type Structure,
  structureOf,
  type TensorsOf,
  toPlain,
  withLeaves,
} from './element.ts';
import { arrayLeaf, type HostLeaf, type Leaf, sourceOf, toHost } from './leaf.ts';
import { matchPreprocessing, type PreprocessingOf, preprocessRows } from './preprocess.ts';
import { batched } from './stages/batch.ts';
import { cached } from './stages/cache.ts';
import { type Generated, generated } from './stages/generate.ts';
import { dataKey, passKey } from './stages/order.ts';
import { prefetched } from './stages/prefetch.ts';
import { permuteRows, type RowSet, rowBatches, rowItems, sliceRows } from './stages/row-set.ts';
import { repeated, skipped, taken, zipped } from './stages/sequence.ts';
import { shuffled } from './stages/shuffle.ts';
import { filtered, mapped, preprocessed } from './stages/transform.ts';
import { isWait, iterate, iterateAsync, type Pass, type Steps } from './steps.ts';

/** How elements come about. */
interface Origin {
  /** Starts a pass. */
  open(pass: Pass): Steps;
  /** Elements of a pass: Infinity for an endless one, null where only trying would tell. */
  readonly cardinality: number | null;
  /** Set as long as elements are plain rows of arrays. */
  readonly rows?: RowSet;
}

/** Options of `shuffle`. */
export interface ShuffleOptions {
  /** The same order on every machine; without it the program's stream of random numbers (`setSeed`) gives one. */
  readonly seed?: number;
  /** Whether each pass has an order of its own. Default true. */
  readonly reshuffleEachIteration?: boolean;
}

/** Options of `batch`. */
export interface BatchOptions {
  /** Whether a last batch with fewer elements is left out. Default false. */
  readonly dropRemainder?: boolean;
}

/** Elements of a data set on the host, for those who write them into memory of their own. */
export type HostElement =
  | HostLeaf
  | readonly HostElement[]
  | { readonly [name: string]: HostElement };

/** Passes that a pass of an endless repetition may have, so that no two passes are shuffled alike. */
const endlessPasses = 2 ** 20;

/**
 * A sequence of samples, or of batches of them, that is described first and computed while it is looped over. Each
 * step gives another data set. Loops with and without `await` are possible; steps that wait (asynchronous generators and
 * functions) need `await`. Tensors of an element are freed when the next one is asked for; `keep` lets them stay.
 * @example
 * const data = Dataset.fromTensorSlices([images, labels]).shuffle(60000, { seed: 1 }).batch(32);
 * for (const [x, y] of data) train(x, y);
 */
export class Dataset<T = Element> implements Iterable<T>, AsyncIterable<T> {
  readonly #origin: Origin;
  #passes = 0;

  private constructor(origin: Origin) {
    this.#origin = origin;
  }

  /**
   * One element for each row of an array or tensor, or of several: a tuple of arrays gives tuples, an object of
   * arrays objects. Arrays are not copied; images may stay uint8. Throws a ValueError for arrays without rows and a
   * ShapeError for arrays of different lengths. Of a sparse matrix samples and batches are sparse
   * matrices, too: a sample one of one row, a batch one of several.
   * @example Dataset.fromTensorSlices({ x: { data: pixels, shape: [60000, 28, 28] }, y: labels });
   */
  static fromTensorSlices<const S extends ElementLike>(slices: S): Dataset<TensorsOf<S>> {
    const sources = structureOf('fromTensorSlices', slices, sourceOf);
    const [first, ...others] = leavesOf(sources);
    if (!first) throw new ValueError('fromTensorSlices: there is no array');
    if (first.rows === 0) {
      throw new ValueError(
        `${first.name}: no rows (shape [${first.shape}]): there is nothing to work on`,
      );
    }
    for (const { name, rows } of others) {
      if (rows === first.rows) continue;
      throw new ShapeError(
        `${name} has ${rows} rows but ${first.name} has ${first.rows}; every sample needs one row of each`,
      );
    }
    return Dataset.#ofRows({ sources, count: first.rows, order: () => null });
  }

  /**
   * Elements that a generator makes; the function is called for each pass. A list of numbers is one array, any other list a
   * tuple. `length` tells how many elements there are, where that is known.
   * @example
   * Dataset.fromGenerator<[Tensor, Tensor]>(function* () {
   *   for (let i = 0; i < 100; i++) yield [[i, i * i], i % 2];
   * });
   */
  static fromGenerator<T = Element>(
    make: () => Generated<ElementLike>,
    { length = null }: { readonly length?: number | null } = {},
  ): Dataset<T> {
    if (typeof make !== 'function') {
      throw new ValueError('fromGenerator: expected a function that gives something to loop over');
    }
    if (length !== null) checkCount('fromGenerator: length', length, 0);
    return new Dataset({ open: () => generated(make), cardinality: length });
  }

  /** Elements of several data sets side by side, in a tuple or an object, as long as all have one. */
  static zip<const S extends readonly Dataset[] | Readonly<Record<string, Dataset>>>(
    sets: S,
  ): Dataset<{ -readonly [K in keyof S]: S[K] extends Dataset<infer E> ? E : never }> {
    const isTuple = Array.isArray(sets);
    const names = Object.keys(sets);
    const list = Object.values(sets) as Dataset[];
    if (list.length === 0) throw new ValueError('zip: there is no data set');
    const known = list.map(({ cardinality }) => cardinality);
    return new Dataset({
      open: (pass) =>
        zipped(
          list.map((set) => set.#origin.open(pass)),
          (parts: readonly Structure<Leaf>[]) =>
            isTuple ? { tuple: parts } : { record: new Map(parts.map((p, i) => [names[i], p])) },
        ),
      cardinality: known.includes(null) ? null : Math.min(...(known as number[])),
    });
  }

  static #ofRows<T>(rows: RowSet): Dataset<T> {
    const open = ({ epoch }: Pass) => rowItems(rows, epoch);
    return new Dataset({ open, cardinality: rows.count, rows });
  }

  /** Elements of a pass: Infinity for an endless one, null where only trying would tell. */
  get cardinality(): number | null {
    return this.#origin.cardinality;
  }

  /** Elements of a pass, where their number is known and finite. */
  get length(): number | undefined {
    const { cardinality } = this;
    return cardinality !== null && Number.isFinite(cardinality) ? cardinality : undefined;
  }

  /**
   * Elements as `f`, which is given tensors, makes them. It may be asynchronous. Where only numbers are to be converted,
   * `preprocess` is faster.
   * @example data.map(({ x, y }) => ({ x: x.div(255), y }));
   */
  map<const U extends ElementLike>(f: (element: T) => U | PromiseLike<U>): Dataset<TensorsOf<U>> {
    checkFunction('map', f);
    const { open, cardinality } = this.#origin;
    return new Dataset({ open: (pass) => mapped(open(pass), f), cardinality });
  }

  /** Elements for which `keeps` gives true (or a tensor that is not 0). It may be asynchronous. */
  filter(keeps: (element: T) => unknown): Dataset<T> {
    checkFunction('filter', keeps);
    const { open } = this.#origin;
    return new Dataset({ open: (pass) => filtered(open(pass), keeps), cardinality: null });
  }

  /**
   * Reshapes, scales or one-hot encodes arrays while their numbers are copied into a batch, without a tensor in between.
   * @example data.preprocess([{ shape: [28, 28, 1], rescale: 1 / 255 }, { oneHot: 10 }]);
   */
  preprocess(what: PreprocessingOf): Dataset<T> {
    const { open, cardinality, rows } = this.#origin;
    if (!rows) {
      return new Dataset({ open: (pass) => preprocessed(open(pass), what), cardinality });
    }
    const wanted = matchPreprocessing(rows.sources, what);
    const sources = leavesOf(rows.sources).map((source, i) => {
      const own = wanted[i];
      return own ? preprocessRows(source, own) : source;
    });
    return Dataset.#ofRows({ ...rows, sources: withLeaves(rows.sources, sources) });
  }

  /** Joins `size` elements to one; each of its arrays has a first axis more. */
  batch(size: number, { dropRemainder = false }: BatchOptions = {}): Dataset<T> {
    checkCount('batch: size', size, 1);
    const { open, cardinality, rows } = this.#origin;
    if (dropRemainder && cardinality !== null && cardinality < size) {
      throw new ValueError(
        `batch: no batch of ${size} can be made of ${cardinality} elements with dropRemainder; ` +
          'use a smaller size or leave dropRemainder out',
      );
    }
    const count = cardinality === null ? null : cardinality / size;
    return new Dataset({
      open: (pass) =>
        rows
          ? rowBatches(rows, size, dropRemainder, pass.epoch)
          : batched(open(pass), size, dropRemainder),
      cardinality: count === null ? null : dropRemainder ? Math.floor(count) : Math.ceil(count),
    });
  }

  /**
   * Elements in random order, each chosen among `bufferSize` that wait: as many as there are elements give every order the
   * same chance. Each pass has an order of its own, which depends on the seed and the number of the pass alone.
   * Shuffle rows of arrays before other steps: then only numbers of rows wait.
   */
  shuffle(
    bufferSize: number,
    { seed, reshuffleEachIteration = true }: ShuffleOptions = {},
  ): Dataset<T> {
    checkCount('shuffle: bufferSize', bufferSize, 1);
    if (seed !== undefined) checkCount('shuffle: seed', seed, 0);
    const key = dataKey(seed);
    const { open, cardinality, rows } = this.#origin;
    if (rows && bufferSize >= rows.count) {
      return Dataset.#ofRows(permuteRows(rows, key, reshuffleEachIteration));
    }
    const wordsOf = ({ epoch }: Pass) => passKey(key, reshuffleEachIteration ? epoch : 0);
    return new Dataset({
      open: (pass) => shuffled(open(pass), bufferSize, wordsOf(pass)),
      cardinality,
    });
  }

  /** `count` passes one after the other; endless without a count. */
  repeat(count = Number.POSITIVE_INFINITY): Dataset<T> {
    if (count !== Number.POSITIVE_INFINITY) checkCount('repeat: count', count, 0);
    const { open, cardinality } = this.#origin;
    const passes = Math.min(count, endlessPasses);
    return new Dataset({
      open: ({ epoch, mayWait }) =>
        repeated((pass) => open({ epoch: epoch * passes + pass, mayWait }), count),
      cardinality: cardinality === null ? null : cardinality === 0 ? 0 : cardinality * count,
    });
  }

  /** The first `count` elements. */
  take(count: number): Dataset<T> {
    checkCount('take: count', count, 0);
    const { open, cardinality, rows } = this.#origin;
    if (rows) return Dataset.#ofRows(sliceRows(rows, 0, count));
    return new Dataset({
      open: (pass) => taken(open(pass), count),
      cardinality: cardinality === null ? null : Math.min(cardinality, count),
    });
  }

  /** All but the first `count` elements. */
  skip(count: number): Dataset<T> {
    checkCount('skip: count', count, 0);
    const { open, cardinality, rows } = this.#origin;
    if (rows) return Dataset.#ofRows(sliceRows(rows, count, rows.count));
    return new Dataset({
      open: (pass) => skipped(open(pass), count),
      cardinality: cardinality === null ? null : Math.max(0, cardinality - count),
    });
  }

  /** These elements, then those of another data set of the same form. */
  concatenate(other: Dataset<T>): Dataset<T> {
    const [first, second] = [this.#origin, other.#origin];
    const [a, b] = [first.cardinality, second.cardinality];
    return new Dataset({
      *open(pass) {
        yield* first.open(pass);
        yield* second.open(pass);
      },
      cardinality: a === null || b === null ? null : a + b,
    });
  }

  /** Works up to `count` elements ahead while the loop's body waits for something; without `await` it changes nothing. */
  prefetch(count: number): Dataset<T> {
    checkCount('prefetch: count', count, 1);
    const { open, cardinality } = this.#origin;
    return new Dataset({
      open: (pass) => (pass.mayWait ? prefetched(open(pass), count) : open(pass)),
      cardinality,
    });
  }

  /**
   * Keeps the elements of the first whole pass in memory for later ones. Put `shuffle` behind it, or every pass has the
   * first one's order.
   */
  cache(): Dataset<T> {
    const { open, cardinality } = this.#origin;
    return new Dataset({ open: cached(open), cardinality });
  }

  /** A pass: the next one of this data set, or the one that `epoch` names, which a resumed training wants. */
  pass(epoch = this.#passes++): Iterable<T> & AsyncIterable<T> {
    const { open } = this.#origin;
    return {
      [Symbol.iterator]: () => iterate<T>(open({ epoch, mayWait: false })),
      [Symbol.asyncIterator]: () => iterateAsync<T>(open({ epoch, mayWait: true })),
    };
  }

  [Symbol.iterator](): Iterator<T> {
    return this.pass()[Symbol.iterator]();
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.pass()[Symbol.asyncIterator]();
  }

  /**
   * The elements of a pass, from the one numbered `start` on, on the host: each array says how it is written into memory
   * that the caller has. Rows of arrays are copied then and only then.
   */
  async *hostElements(epoch: number, start = 0): AsyncGenerator<HostElement, void, void> {
    let index = 0;
    for (const step of this.#origin.open({ epoch, mayWait: true })) {
      if (isWait(step)) {
        await step;
        continue;
      }
      const { structure, scope } = step;
      try {
        if (index++ < start) continue;
        const leaves: HostLeaf[] = [];
        for (const leaf of leavesOf(structure)) {
          const isTensor = leaf instanceof Tensor;
          leaves.push(isTensor ? arrayLeaf('hostElements', await toHost(leaf)) : leaf);
        }
        yield toPlain(withLeaves(structure, leaves)) as HostElement;
      } finally {
        scope?.end();
      }
    }
  }
}

function checkFunction(op: string, f: unknown): void {
  if (typeof f === 'function') return;
  throw new ValueError(`${op}: expected a function of an element, received ${String(f)}`);
}

function checkCount(what: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ValueError(`${what} must be a whole number >= ${least}, received ${value}`);
}
