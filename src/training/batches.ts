import type { ArraySource } from '../data/array-source.ts';
import type { SparseRows } from '../data/leaf.ts';
import { SparseSource } from '../data/sparse-source.ts';
import { permutedIndices } from '../ops/random/permutation.ts';
import { streamKey } from '../ops/random/state.ts';
import type { DType, Shape, TypedArray } from '../tensor/index.ts';

/** One array of a batch. */
export interface BatchArray {
  readonly shape: Shape;
  readonly dtype: DType;
  /** Writes the elements, row-major, into an array of that type. */
  /** May throw where a number must not be. */
  write(target: TypedArray): void;
}

/** Rows of a sparse matrix in a batch. */
export interface BatchRows {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly sparse: SparseRows;
}

/** What one step works on: inputs, and for training labels and perhaps weights of the samples. */
export interface Batch {
  readonly size: number;
  readonly x: readonly (BatchArray | BatchRows)[];
  readonly y: readonly BatchArray[];
  /** None, one for all outputs, or one for each. */
  readonly weights: readonly BatchArray[];
}

/** Where batches come from, pass after pass. */
export interface BatchSource {
  /** Steps of one pass; null where that is not known. */
  readonly steps: number | null;
  /** Batches of a pass from step `start` on. */
  batches(epoch: number, start: number): Iterable<Batch> | AsyncIterable<Batch>;
}

/** Rows of an input. */
export type InputSource = ArraySource | SparseSource;

export interface Columns {
  readonly x: readonly InputSource[];
  readonly y: readonly ArraySource[];
  readonly weights: readonly ArraySource[];
}

/** Types in which arrays are given to a model. */
export interface FeedTypes {
  /** Of each input; undefined leaves it to the data. */
  readonly x: readonly (DType | undefined)[];
}

/** The type in which labels, or inputs that no `Input` describes, are fed. */
export function feedType(dtype: DType, wanted: DType | undefined): DType {
  if (wanted) return wanted;
  switch (dtype) {
    case 'float64':
    case 'float16':
    case 'bfloat16':
      return 'float32';
    case 'int64':
    case 'int16':
    case 'int8':
      return 'int32';
    default:
      return dtype;
  }
}

export function labelType(dtype: DType): DType {
  const fed = feedType(dtype, undefined);
  return fed === 'uint8' || fed === 'bool' ? 'int32' : fed;
}

/** Batches of rows of arrays that are at hand. */
export class ArrayBatches implements BatchSource {
  readonly steps: number;
  readonly #columns: Columns;
  readonly #types: FeedTypes;
  readonly #batchSize: number;
  /** Shuffled by the seed's stream; null keeps the order. */
  readonly #seed: number | null;

  constructor(
    columns: Columns,
    types: FeedTypes,
    batchSize: number,
    seed: number | null,
    steps: number | null = null,
  ) {
    this.#columns = columns;
    this.#types = types;
    this.#batchSize = batchSize;
    this.#seed = seed;
    this.steps = steps ?? Math.ceil(columns.x[0].rows / batchSize);
  }

  *batches(epoch: number, start: number): Generator<Batch> {
    const { rows } = this.#columns.x[0];
    const perPass = Math.ceil(rows / this.#batchSize);
    const { pass, first, count } = stepsOfEpoch(epoch, this.steps, perPass);
    const order = this.#seed === null ? null : shuffledOrder(rows, this.#seed, pass);
    for (let step = first + start; step < first + count; step++) {
      const from = step * this.#batchSize;
      const size = Math.min(this.#batchSize, rows - from);
      yield cutBatch(this.#columns, this.#types, order, from, size);
    }
  }
}

/**
 * Which batches an epoch of `steps` takes from data that has `perPass` of them: the next ones, but none beyond the end of a
 * pass, as in Keras.
 */
export function stepsOfEpoch(
  epoch: number,
  steps: number,
  perPass: number,
): { readonly pass: number; readonly first: number; readonly count: number } {
  const epochsPerPass = Math.ceil(perPass / steps);
  const first = (epoch % epochsPerPass) * steps;
  const count = Math.min(steps, perPass - first);
  return { pass: Math.floor(epoch / epochsPerPass), first, count };
}

/** Where a seed's stream holds the orders of the passes, far beyond the keys of its steps. */
const ORDERS = 2 ** 40;

function shuffledOrder(rows: number, seed: number, pass: number): Int32Array {
  return permutedIndices(rows, streamKey(seed, ORDERS + pass));
}

/** A batch of `count` rows. */
export function cutBatch(
  { x, y, weights }: Columns,
  types: FeedTypes,
  order: Int32Array | null,
  start: number,
  count: number,
): Batch {
  const part = (column: ArraySource, dtype: DType): BatchArray => ({
    shape: [count, ...column.rowShape],
    dtype,
    write: (target) => column.copyRows(order, start, count, target, dtype),
  });
  return {
    size: count,
    x: x.map((column, i) =>
      column instanceof SparseSource
        ? {
            shape: [count, ...column.rowShape],
            dtype: 'float32',
            sparse: column.stored(order, start, count),
          }
        : part(column, feedType(column.dtype, types.x[i])),
    ),
    y: y.map((column) => part(column, labelType(column.dtype))),
    weights: weights.map((column) => part(column, 'float32')),
  };
}
