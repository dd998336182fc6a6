import type { SparseMatrix } from '../ops/sparse/sparse-matrix.ts';
import {
  type DType,
  dtypes,
  formatShape,
  type Shape,
  ShapeError,
  sameShape,
  type TypedArray,
  ValueError,
  writeSlot,
} from '../tensor/index.ts';
import type { SparseRows } from './leaf.ts';

/** Rows of a sparse matrix on the host: what `ArraySource` is for dense arrays. */
export class SparseSource {
  /** For messages. */
  readonly name: string;
  readonly dtype: DType;
  /** As of an `ArraySource`: the rows are at hand. */
  readonly ready = null;
  readonly #matrix: SparseMatrix;
  readonly #start: number;
  readonly #stop: number;
  readonly #capacities = new Map<number, number>();

  constructor(name: string, matrix: SparseMatrix, start = 0, stop = matrix.shape[0]) {
    this.name = name;
    this.dtype = matrix.dtype;
    this.#matrix = matrix;
    this.#start = start;
    this.#stop = stop;
  }

  get shape(): Shape {
    return [this.rows, this.#matrix.shape[1]];
  }

  get rows(): number {
    return this.#stop - this.#start;
  }

  get rowShape(): Shape {
    return [this.#matrix.shape[1]];
  }

  /** Rows `start` to `stop`, over the same memory. */
  slice(start: number, stop: number): SparseSource {
    return new SparseSource(this.name, this.#matrix, this.#start + start, this.#start + stop);
  }

  withRowShape(shape: Shape): this {
    if (sameShape(shape, this.rowShape)) return this;
    throw new ShapeError(
      `${this.name}: rows of a sparse matrix ${formatShape(this.shape)} cannot be seen as ` +
        `${formatShape(shape)}; x.toDense() gives a tensor`,
    );
  }

  checkFinite(): void {
    const { values, rowStarts } = this.#matrix.arrays;
    if (!values?.length) return;
    for (let i = rowStarts[this.#start]; i < rowStarts[this.#stop]; i++) {
      if (Number.isFinite(values[i])) continue;
      throw new ValueError(
        `${this.name}: stored element ${i} is ${values[i]}; expected finite numbers`,
      );
    }
  }

  /** Stored elements of the rows that `order` names from `start` on, or of the rows from `start` on themselves. */
  stored(order: Int32Array | null, start: number, count: number): SparseRows {
    const source = this;
    return {
      get capacity() {
        return source.#capacityFor(count);
      },
      weighted: (this.#matrix.arrays.values?.length ?? 0) > 0,
      write: (parts) => this.#copyStored(order, start, count, parts),
    };
  }

  /** Writes rows with all their zeros. */
  copyRows(
    order: Int32Array | null,
    start: number,
    count: number,
    target: TypedArray,
    dtype: DType = this.dtype,
    at = 0,
  ): void {
    const { values, columns, rowStarts } = this.#matrix.arrays;
    const [width] = this.rowShape;
    const { slots } = dtypes[dtype];
    target.fill(0 as never, at, at + count * width * slots);
    for (let i = 0; i < count; i++) {
      const row = this.#start + (order ? order[start + i] : start + i);
      for (let k = rowStarts[row]; k < rowStarts[row + 1]; k++) {
        const value = values?.length ? values[k] : 1;
        writeSlot(target, dtype, at + (i * width + columns[k]) * slots, value);
      }
    }
  }

  #copyStored(
    order: Int32Array | null,
    start: number,
    count: number,
    target: Parameters<SparseRows['write']>[0],
  ): void {
    const { values, columns, rowStarts } = this.#matrix.arrays;
    let at = 0;
    target.rowStarts[0] = 0;
    for (let i = 0; i < count; i++) {
      const row = this.#start + (order ? order[start + i] : start + i);
      const [from, to] = [rowStarts[row], rowStarts[row + 1]];
      target.columns.set(columns.subarray(from, to), at);
      if (values?.length) target.values.set(values.subarray(from, to), at);
      at += to - from;
      target.rowStarts[i + 1] = at;
    }
  }

  /** Room for the stored elements of any `count` rows, in steps of powers of two so that few plans are needed. */
  #capacityFor(count: number): number {
    let capacity = this.#capacities.get(count);
    if (capacity === undefined) {
      const { rowStarts } = this.#matrix.arrays;
      const lengths = new Int32Array(this.rows);
      for (let i = 0; i < this.rows; i++) {
        lengths[i] = rowStarts[this.#start + i + 1] - rowStarts[this.#start + i];
      }
      let most = 0;
      for (const length of lengths.sort().subarray(-count)) most += length;
      capacity = 1024;
      while (capacity < most) capacity *= 2;
      this.#capacities.set(count, capacity);
    }
    return capacity;
  }
}
