import { getBackend } from '../backends/registry.ts';
import { contiguous } from '../ops/index.ts';
import { asTensor, type TensorLike } from '../ops/tensor-like.ts';
import {
  allocateArray,
  type DType,
  dtypes,
  formatShape,
  keep,
  readSlot,
  type Shape,
  ShapeError,
  sizeOf,
  type Tensor,
  type TypedArray,
  ValueError,
} from '../tensor/index.ts';

/** Rows of samples on the host: one array of x, y or weights. */
export class Column {
  /** For messages: `x`, `y['cls']`. */
  readonly name: string;
  readonly dtype: DType;
  /** Rows first. */
  readonly shape: Shape;
  /** The elements, row-major; read anew for each use, as memory may move. */
  readonly #source: () => TypedArray;
  readonly #offset: number;

  constructor(name: string, shape: Shape, dtype: DType, source: () => TypedArray, offset = 0) {
    if (shape.length === 0) {
      throw new ShapeError(`${name}: expected an array with one row a sample, received a number`);
    }
    this.name = name;
    this.shape = shape;
    this.dtype = dtype;
    this.#source = source;
    this.#offset = offset;
  }

  /** The column of an array or tensor; a tensor of another device is copied to the host. */
  static async from(name: string, value: TensorLike): Promise<Column> {
    const given = asTensor(name, value);
    if (!getBackend().synchronous) {
      const data = await given.data();
      return new Column(name, given.shape, halfAsFloat(given.dtype), () => data);
    }
    return Column.of(name, given);
  }

  /** The column of a tensor whose memory is at hand. */
  static of(name: string, tensor: Tensor): Column {
    const rows = keep(contiguous(tensor.detach()));
    const { storage } = rows;
    return new Column(name, rows.shape, rows.dtype, () => storage.array, rows.offset);
  }

  get rows(): number {
    return this.shape[0];
  }

  /** Shape of one row. */
  get rowShape(): Shape {
    return this.shape.slice(1);
  }

  /** Rows `start` to `stop`, over the same memory. */
  slice(start: number, stop: number): Column {
    const at = this.#offset + start * sizeOf(this.rowShape);
    return new Column(this.name, [stop - start, ...this.rowShape], this.dtype, this.#source, at);
  }

  /** The same elements with rows of another shape. */
  withRowShape(shape: Shape): Column {
    return new Column(this.name, [this.rows, ...shape], this.dtype, this.#source, this.#offset);
  }

  /**
   * Writes rows into `target`, an array of type `dtype`: those that `order` names from `start` on, or the rows from
   * `start` on themselves.
   */
  copyRows(order: Int32Array | null, start: number, count: number, target: TypedArray, dtype: DType): void {
    const source = this.#source();
    const size = sizeOf(this.rowShape);
    if (isHalf(this.dtype) || isHalf(dtype)) {
      this.#convertRows(order, start, count, target, dtype);
    } else if (!order) {
      const from = this.#offset + start * size;
      target.set(source.subarray(from, from + count * size));
    } else if (size < 16) {
      for (let i = 0, to = 0; i < count; i++) {
        const from = this.#offset + order[start + i] * size;
        for (let j = 0; j < size; j++) target[to++] = source[from + j];
      }
    } else {
      for (let i = 0; i < count; i++) {
        const from = this.#offset + order[start + i] * size;
        target.set(source.subarray(from, from + size), i * size);
      }
    }
  }

  #convertRows(order: Int32Array | null, start: number, count: number, target: TypedArray, dtype: DType): void {
    const size = sizeOf(this.rowShape);
    const numbers = new Float32Array(count * size);
    const source = this.#source();
    for (let i = 0; i < count; i++) {
      const from = this.#offset + (order ? order[start + i] : start + i) * size;
      for (let j = 0; j < size; j++) numbers[i * size + j] = readSlot(source, this.dtype, from + j);
    }
    if (isHalf(dtype)) throw new ValueError(`${this.name}: batches of ${dtype} are not supported`);
    target.set(numbers);
  }

  /** Throws a ValueError that names the first element that `accept` refuses. */
  checkValues(accept: (value: number) => boolean, expected: string): void {
    const source = this.#source();
    const size = sizeOf(this.shape);
    for (let i = 0; i < size; i++) {
      const value = readSlot(source, this.dtype, this.#offset + i);
      if (accept(value)) continue;
      const row = Math.floor(i / sizeOf(this.rowShape));
      throw new ValueError(`${this.name}: row ${row} holds ${value}; expected ${expected}`);
    }
  }

  /** Throws a ValueError that names the first row with a NaN or an infinite number. */
  checkFinite(): void {
    if (dtypes[this.dtype].kind !== 'float' || isHalf(this.dtype)) return;
    const source = this.#source();
    const size = sizeOf(this.shape);
    // 0 * x is 0 for finite x alone, and a sum of zeros stays 0: one pass without a branch.
    let sum = 0;
    for (let i = this.#offset; i < this.#offset + size; i++) sum += source[i] * 0;
    if (sum === 0) return;
    const rest = source.subarray(this.#offset, this.#offset + size);
    const at = rest.findIndex((value: number) => !Number.isFinite(value));
    throw new ValueError(
      `${this.name}: row ${Math.floor(at / sizeOf(this.rowShape))} of shape ${formatShape(this.shape)} ` +
        `holds ${rest[at]}; replace or leave out what is missing before training`,
    );
  }

  /** A copy as an array of another type. */
  toArray(dtype: DType): TypedArray {
    const array = allocateArray(dtype, sizeOf(this.shape));
    this.copyRows(null, 0, this.rows, array, dtype);
    return array;
  }
}

const isHalf = (dtype: DType): boolean => dtype === 'float16' || dtype === 'bfloat16';
const halfAsFloat = (dtype: DType): DType => (isHalf(dtype) ? 'float32' : dtype);
