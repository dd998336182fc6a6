import {
  type DType,
  formatShape,
  keep,
  ShapeError,
  type Tensor,
  ValueError,
} from '../../tensor/index.ts';
import { asTensor, fromTypedArray, type TensorLike } from '../tensor-like.ts';

/** The arrays of a compressed sparse row matrix on the JavaScript heap. */
export interface SparseArrays {
  /** The stored elements row by row; empty if all of them are 1. */
  readonly values?: Float32Array | Float64Array;
  /** The column of each stored element. */
  readonly columns: Int32Array;
  /** Where each row starts, and at last how many are stored: rows + 1 numbers. */
  readonly rowStarts: Int32Array;
}

/** The same arrays as tensors. */
export interface SparseTensors {
  readonly values: Tensor;
  readonly columns: Tensor;
  readonly rowStarts: Tensor;
}

/**
 * A matrix that stores only some of its elements, row by row (compressed sparse rows); the others
 * are 0. It can be the left side of `matmul`. Text as 25,000 x 10,000 zeros and ones fits in memory
 * so.
 * @example const words = SparseMatrix.fromRows([[1, 5], [2]], 10); matmul(words, weights);
 */
export class SparseMatrix {
  /** [rows, columns]. */
  readonly shape: readonly [number, number];
  #arrays: SparseArrays | null;
  #tensors: SparseTensors | null;

  /** Checks the arrays: rows in order, columns inside the matrix. */
  constructor(shape: readonly [number, number], parts: SparseArrays | SparseTensors) {
    this.shape = shape;
    if (isTensors(parts)) {
      checkTensors(shape, parts);
      this.#tensors = parts;
      this.#arrays = null;
    } else {
      checkArrays(shape, parts);
      this.#arrays = parts;
      this.#tensors = null;
    }
  }

  /**
   * A matrix over tensors whose contents may change from step to step: values (size 0 for ones) and
   * columns have room for the largest step, of which the last of `rowStarts` tells how much is
   * used.
   */
  static fromTensors(shape: readonly [number, number], tensors: SparseTensors): SparseMatrix {
    return new SparseMatrix(shape, tensors);
  }

  /** The stored elements; size 0 if all of them are 1. */
  get values(): Tensor {
    return this.#onDevice.values;
  }

  /** The column of each stored element, int32. */
  get columns(): Tensor {
    return this.#onDevice.columns;
  }

  /** Where each row starts, int32 [rows + 1]. */
  get rowStarts(): Tensor {
    return this.#onDevice.rowStarts;
  }

  /**
   * The arrays on the host, not to be changed. On backends whose memory is not at hand, only of
   * matrices made from arrays.
   */
  get arrays(): SparseArrays {
    if (this.#arrays) return this.#arrays;
    const { values, columns, rowStarts } = this.#onDevice;
    const starts = rowStarts.dataSync() as Int32Array;
    const stored = starts[this.shape[0]];
    return {
      values: values.size ? (values.dataSync() as Float32Array).subarray(0, stored) : undefined,
      columns: (columns.dataSync() as Int32Array).subarray(0, stored),
      rowStarts: starts,
    };
  }

  /**
   * Made when first needed: rows that only go into batches are not in the backend's memory as a
   * whole.
   */
  get #onDevice(): SparseTensors {
    if (this.#tensors) return this.#tensors;
    const { values = new Float32Array(0), columns, rowStarts } = this.arrays;
    const move = (array: Float32Array | Float64Array | Int32Array): Tensor =>
      keep(fromTypedArray('SparseMatrix', array, [array.length]));
    this.#tensors = { values: move(values), columns: move(columns), rowStarts: move(rowStarts) };
    return this.#tensors;
  }

  /** Stored elements. */
  get storedSize(): number {
    return this.arrays.columns.length;
  }

  /** The type of the elements. */
  get dtype(): DType {
    if (!this.#arrays) return this.values.dtype;
    return this.#arrays.values instanceof Float64Array ? 'float64' : 'float32';
  }

  /** A matrix with ones at the columns that each row lists; a column listed twice counts once. */
  static fromRows(
    rows: readonly (readonly number[] | Int32Array)[],
    columns: number,
  ): SparseMatrix {
    const lists = rows.map((row) => Int32Array.from(new Set(row)).sort());
    const rowStarts = new Int32Array(rows.length + 1);
    lists.forEach((list, i) => {
      rowStarts[i + 1] = rowStarts[i] + list.length;
    });
    const joined = new Int32Array(rowStarts[rows.length]);
    lists.forEach((list, i) => {
      joined.set(list, rowStarts[i]);
    });
    return new SparseMatrix([rows.length, columns], { columns: joined, rowStarts });
  }

  /** The rows of several matrices of one width, one below the other. */
  static joinRows(parts: readonly SparseMatrix[]): SparseMatrix {
    const width = parts[0]?.shape[1] ?? 0;
    const other = parts.find(({ shape }) => shape[1] !== width);
    if (other) {
      throw new ShapeError(
        `SparseMatrix.joinRows: matrices must have one width, received ${width} and ${other.shape[1]}`,
      );
    }
    const arrays = parts.map((part) => part.arrays);
    const stored = arrays.reduce((sum, { columns }) => sum + columns.length, 0);
    const columns = new Int32Array(stored);
    const rowStarts = [0];
    const weighted = arrays.some(({ values }) => values?.length);
    const wide = parts.some(({ dtype }) => dtype === 'float64');
    const values = new (wide ? Float64Array : Float32Array)(weighted ? stored : 0).fill(1);
    let at = 0;
    for (const part of arrays) {
      columns.set(part.columns, at);
      if (part.values?.length) values.set(part.values, at);
      for (const start of part.rowStarts.subarray(1)) rowStarts.push(at + start);
      at += part.columns.length;
    }
    return new SparseMatrix([rowStarts.length - 1, width], {
      columns,
      rowStarts: Int32Array.from(rowStarts),
      ...(weighted && { values }),
    });
  }

  /** The elements of a dense matrix that are not 0. Its elements must be at hand. */
  static fromDense(x: TensorLike): SparseMatrix {
    const tensor = asTensor('SparseMatrix.fromDense', x);
    if (tensor.rank !== 2) {
      throw new ShapeError(
        `SparseMatrix.fromDense: needs a matrix, received shape ${formatShape(tensor.shape)}`,
      );
    }
    const [rows, width] = tensor.shape;
    const data = tensor.dataSync();
    const values: number[] = [];
    const columns: number[] = [];
    const rowStarts = new Int32Array(rows + 1);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < width; column++) {
        const value = data[row * width + column];
        if (value === 0) continue;
        values.push(value);
        columns.push(column);
      }
      rowStarts[row + 1] = columns.length;
    }
    const exact = tensor.dtype === 'float64';
    return new SparseMatrix([rows, width], {
      values: exact ? Float64Array.from(values) : Float32Array.from(values),
      columns: Int32Array.from(columns),
      rowStarts,
    });
  }

  /** Some of the rows, in the order given: a batch. */
  takeRows(rows: ArrayLike<number>): SparseMatrix {
    const { values, columns, rowStarts } = this.arrays;
    const starts = new Int32Array(rows.length + 1);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      if (!Number.isInteger(row) || row < 0 || row >= this.shape[0]) {
        throw new ValueError(
          `SparseMatrix.takeRows: row ${row} is out of range for shape ${formatShape(this.shape)}`,
        );
      }
      starts[i + 1] = starts[i] + rowStarts[row + 1] - rowStarts[row];
    }
    const taken = new Int32Array(starts[rows.length]);
    const Values = values instanceof Float64Array ? Float64Array : Float32Array;
    const kept = values?.length ? new Values(taken.length) : undefined;
    for (let i = 0; i < rows.length; i++) {
      const [from, to] = [rowStarts[rows[i]], rowStarts[rows[i] + 1]];
      taken.set(columns.subarray(from, to), starts[i]);
      if (kept && values) kept.set(values.subarray(from, to), starts[i]);
    }
    const shape = [rows.length, this.shape[1]] as const;
    return new SparseMatrix(shape, { values: kept, columns: taken, rowStarts: starts });
  }

  /** All elements, zeros too. */
  toDense(): Tensor {
    const { values, columns, rowStarts } = this.arrays;
    const [rows, width] = this.shape;
    const data = new Float64Array(rows * width);
    for (let row = 0; row < rows; row++) {
      for (let i = rowStarts[row]; i < rowStarts[row + 1]; i++) {
        data[row * width + columns[i]] += values?.length ? values[i] : 1;
      }
    }
    return fromTypedArray('toDense', data, this.shape, this.dtype);
  }
}

const isTensors = (parts: SparseArrays | SparseTensors): parts is SparseTensors =>
  !ArrayBuffer.isView(parts.columns);

function checkTensors(
  [rows]: readonly [number, number],
  { values, columns, rowStarts }: SparseTensors,
): void {
  const fits =
    columns.dtype === 'int32' &&
    rowStarts.dtype === 'int32' &&
    columns.rank === 1 &&
    rowStarts.rank === 1 &&
    rowStarts.shape[0] === rows + 1 &&
    (values.size === 0 || values.size === columns.size);
  if (fits) return;
  throw new ShapeError(
    `SparseMatrix: expected columns int32 [n], rowStarts int32 [${rows + 1}] and values [n] or [0], ` +
      `received ${[columns, rowStarts, values].map((t) => `${t.dtype} ${formatShape(t.shape)}`).join(', ')}`,
  );
}

function checkArrays(
  [rows, width]: readonly [number, number],
  { values, columns, rowStarts }: SparseArrays,
): void {
  const fail = (message: string): never => {
    throw new ValueError(`SparseMatrix: ${message}`);
  };
  if (![rows, width].every((n) => Number.isInteger(n) && n >= 0)) {
    fail(`sizes must be whole numbers >= 0, received ${formatShape([rows, width])}`);
  }
  if (rowStarts.length !== rows + 1 || rowStarts[0] !== 0 || rowStarts[rows] !== columns.length) {
    fail(
      `rowStarts must have ${rows + 1} numbers from 0 to ${columns.length}, the number of stored ` +
        `elements; received ${rowStarts.length} from ${rowStarts[0]} to ${rowStarts[rows]}`,
    );
  }
  for (let row = 0; row < rows; row++) {
    if (rowStarts[row + 1] < rowStarts[row]) fail(`row ${row} ends before it starts`);
  }
  for (const column of columns) {
    if (column < 0 || column >= width) fail(`column ${column} is outside [0, ${width})`);
  }
  if (values?.length && values.length !== columns.length) {
    fail(`${values.length} values for ${columns.length} columns`);
  }
}
