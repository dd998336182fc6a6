import { getBackend } from '../backends/registry.ts';
import type { HostArray } from '../formats/index.ts';
import { contiguous } from '../ops/index.ts';
import {
  allocateArray,
  BackendError,
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
  writeSlot,
} from '../tensor/index.ts';

/** How rows are changed on their way into a batch. */
type Transform =
  | { readonly kind: 'none' }
  | { readonly kind: 'scale'; readonly scale: number; readonly offset: number }
  | { readonly kind: 'table'; readonly table: Float32Array }
  | { readonly kind: 'oneHot'; readonly classes: number };

const none: Transform = { kind: 'none' };

/**
 * Rows of samples on the host, in whatever type they came. `copyRows` writes those of a batch straight into their
 * destination, converting and scaling on the way, so that images stay uint8 until the step that needs them.
 */
export class ArraySource {
  /** For messages: `x`, `y['cls']`. */
  readonly name: string;
  /** Of the rows that `copyRows` gives unless told otherwise. */
  readonly dtype: DType;
  /** Of all rows, as they are given; rows first. */
  readonly shape: Shape;
  readonly #stored: DType;
  /** Read anew for each use, as memory may move. */
  readonly #data: () => TypedArray;
  readonly #offset: number;
  readonly #transform: Transform;
  /** What becomes of each byte: bits of float32. */
  #table: Int32Array | null = null;
  #ready: Promise<unknown> | null;

  private constructor(
    name: string,
    shape: Shape,
    stored: DType,
    data: () => TypedArray,
    offset = 0,
    transform: Transform = none,
    ready: Promise<unknown> | null = null,
  ) {
    if (shape.length === 0) {
      throw new ShapeError(`${name}: expected an array with one row a sample, received a number`);
    }
    this.name = name;
    this.shape = shape;
    this.dtype = transform.kind === 'none' ? stored : 'float32';
    this.#stored = stored;
    this.#data = data;
    this.#offset = offset;
    this.#transform = transform;
    this.#ready = ready;
    const arrived = (): void => {
      this.#ready = null;
    };
    ready?.then(arrived, () => undefined); // whoever waits for it hears of a failure
  }

  /** The rows of an array, which is not copied. */
  static fromArray(name: string, { data, shape, dtype }: HostArray): ArraySource {
    const expected = sizeOf(shape) * dtypes[dtype].slots;
    if (data.length !== expected) {
      throw new ShapeError(
        `${name}: shape ${formatShape(shape)} of ${dtype} needs ${expected} numbers, received ${data.length}`,
      );
    }
    return new ArraySource(name, shape, dtype, () => data);
  }

  /** The rows of a tensor, which is copied only from a device whose memory is not at hand. */
  static fromTensor(name: string, tensor: Tensor): ArraySource {
    const rows = keep(contiguous(tensor.detach()));
    const { dtype, shape, storage, offset } = rows;
    if (getBackend().synchronous) {
      return new ArraySource(name, shape, dtype, () => storage.array, offset);
    }
    const host = isHalf(dtype) ? 'float32' : dtype; // as `data` gives them
    let loaded: TypedArray | null = null;
    const ready = rows.data().then((data) => {
      loaded = data;
    });
    const data = (): TypedArray => {
      if (loaded) return loaded;
      throw new BackendError(`${name}: its elements are on their way; use for await`);
    };
    return new ArraySource(name, shape, host, data, 0, none, ready);
  }

  /** To be awaited before rows are copied; null where they are at hand. */
  get ready(): Promise<unknown> | null {
    return this.#ready;
  }

  /** Number of samples. */
  get rows(): number {
    return this.shape[0];
  }

  /** Shape of one sample. */
  get rowShape(): Shape {
    return this.shape.slice(1);
  }

  /** Rows `start` to `stop`, over the same memory. */
  slice(start: number, stop: number): ArraySource {
    if (this.#transform.kind === 'oneHot')
      throw new ValueError(`${this.name}: slice before oneHot`);
    const at = this.#offset + start * this.#rowSlots;
    const shape = [stop - start, ...this.rowShape];
    const data = this.#data;
    return new ArraySource(this.name, shape, this.#stored, data, at, this.#transform, this.ready);
  }

  /** The same elements with rows of another shape. */
  withRowShape(shape: Shape): ArraySource {
    if (sizeOf(shape) !== sizeOf(this.rowShape)) {
      throw new ShapeError(
        `${this.name}: rows of shape ${formatShape(this.rowShape)} cannot be seen as ${formatShape(shape)}`,
      );
    }
    const whole = [this.rows, ...shape];
    return this.#with(whole, this.#transform);
  }

  /** Rows that come as float32, each value multiplied by `scale`, then `offset` added. */
  rescale(scale: number, offset = 0): ArraySource {
    if (this.#transform.kind !== 'none' || dtypes[this.#stored].slots !== 1) {
      throw new ValueError(`${this.name}: only plain numbers can be rescaled`);
    }
    return this.#with(this.shape, { kind: 'scale', scale, offset });
  }

  /** Bytes that come as the float32 numbers which stand at their places in a table of 256. */
  mapBytes(table: Float32Array): ArraySource {
    if (this.#transform.kind !== 'none' || this.#stored !== 'uint8' || table.length !== 256) {
      throw new ValueError(`${this.name}: a table of 256 numbers goes with plain bytes`);
    }
    return this.#with(this.shape, { kind: 'table', table });
  }

  /**
   * Class numbers that come as float32 rows of `classes` zeros with a one. An axis of 1 behind them falls away. Throws
   * a ValueError for a label that is no class.
   */
  oneHot(classes: number): ArraySource {
    if (!Number.isInteger(classes) || classes < 1) {
      throw new ValueError(
        `${this.name}: oneHot needs a number of classes >= 1, received ${classes}`,
      );
    }
    if (this.#transform.kind !== 'none') throw new ValueError(`${this.name}: oneHot comes first`);
    const check = (): void =>
      this.checkValues(
        (value) => value >= 0 && value < classes && Number.isInteger(value),
        `class numbers from 0 to ${classes - 1}`,
      );
    if (!this.ready) check();
    const single = this.shape.length > 1 && this.shape.at(-1) === 1;
    const labels = single ? this.shape.slice(0, -1) : this.shape;
    const ready = this.ready?.then(check) ?? null;
    return this.#with([...labels, classes], { kind: 'oneHot', classes }, ready);
  }

  /**
   * Writes `count` rows into `target`, an array of type `dtype`, from slot `at` on: those that `order` names from
   * `start` on, or without an order the rows from `start` on themselves.
   */
  copyRows(
    order: Int32Array | null,
    start: number,
    count: number,
    target: TypedArray,
    dtype: DType = this.dtype,
    at = 0,
  ): void {
    const transform = this.#transform;
    if (isHalf(dtype) || needsChecks(this.#stored, dtype)) {
      this.#convertRows(order, start, count, target, dtype, at);
    } else if (transform.kind === 'oneHot') {
      this.#copyOneHot(order, start, count, target, transform.classes, at);
    } else if (transform.kind === 'scale' || transform.kind === 'table' || isHalf(this.#stored)) {
      this.#copyMapped(order, start, count, target, at);
    } else {
      this.#copyPlain(order, start, count, target, at);
    }
  }

  /** Rows as an array of their own. */
  toArray(dtype: DType = this.dtype): HostArray {
    const data = allocateArray(dtype, sizeOf(this.shape));
    this.copyRows(null, 0, this.rows, data, dtype);
    return { dtype, shape: this.shape, data };
  }

  /** Throws a ValueError that names the first element that `accept` refuses. */
  checkValues(accept: (value: number) => boolean, expected: string): void {
    const data = this.#data();
    const count = this.rows * this.#rowSlots;
    for (let i = 0; i < count; i++) {
      const value = readSlot(data, this.#stored, this.#offset + i);
      if (!accept(value)) throw this.#badRow(Math.floor(i / this.#rowSlots), value, expected);
    }
  }

  /** Throws a ValueError that names the first row with a NaN or an infinite number. */
  checkFinite(): void {
    const { kind } = dtypes[this.#stored];
    if (kind !== 'float' && kind !== 'complex') return;
    const data = this.#data();
    const end = this.#offset + this.rows * this.#rowSlots;
    if (!isHalf(this.#stored)) {
      // 0 * x is 0 for finite x alone, and a sum of zeros stays 0: one pass without a branch.
      let sum = 0;
      for (let i = this.#offset; i < end; i++) sum += data[i] * 0;
      if (sum === 0) return;
    }
    const advice = 'finite numbers; replace or leave out what is missing before training';
    this.checkValues(Number.isFinite, advice);
  }

  #badRow(row: number, value: number, expected: string): ValueError {
    const where = `${this.name}: row ${row} of shape ${formatShape(this.rowShape)}`;
    return new ValueError(`${where} holds ${value}; expected ${expected}`);
  }

  #with(shape: Shape, transform: Transform, ready = this.ready): ArraySource {
    const data = this.#data;
    return new ArraySource(this.name, shape, this.#stored, data, this.#offset, transform, ready);
  }

  /** Slots of one row in the array that is stored. */
  get #rowSlots(): number {
    const given = sizeOf(this.rowShape);
    const stored = this.#transform.kind === 'oneHot' ? given / this.#transform.classes : given;
    return stored * dtypes[this.#stored].slots;
  }

  #copyPlain(
    order: Int32Array | null,
    start: number,
    count: number,
    target: TypedArray,
    at: number,
  ): void {
    const source = this.#data();
    const size = this.#rowSlots;
    if (!order) {
      const from = this.#offset + start * size;
      target.set(source.subarray(from, from + count * size), at);
      return;
    }
    for (let i = 0; i < count; i++) {
      const from = this.#offset + order[start + i] * size;
      if (size >= 16) {
        target.set(source.subarray(from, from + size), at);
        at += size;
      } else {
        for (let j = 0; j < size; j++) target[at++] = source[from + j];
      }
    }
  }

  /** Rows whose every slot becomes another number: bytes by a table, others one by one. */
  #copyMapped(
    order: Int32Array | null,
    start: number,
    count: number,
    target: TypedArray,
    at: number,
  ): void {
    const source = this.#data();
    const size = this.#rowSlots;
    const value = this.#valueOf();
    const bytes = source instanceof Uint8Array && target instanceof Float32Array;
    if (bytes) this.#table ??= bitsOf(Float32Array.from({ length: 256 }, (_, byte) => value(byte)));
    for (let i = 0; i < count; i++, at += size) {
      const from = this.#offset + (order ? order[start + i] : start + i) * size;
      if (bytes) {
        const row = target.subarray(at, at + size);
        lookUp(source.subarray(from, from + size), this.#table as Int32Array, bitsOf(row));
      } else for (let j = 0; j < size; j++) target[at + j] = value(source[from + j]);
    }
  }

  #copyOneHot(
    order: Int32Array | null,
    start: number,
    count: number,
    target: TypedArray,
    classes: number,
    at: number,
  ): void {
    const source = this.#data();
    const size = this.#rowSlots;
    target.fill(0, at, at + count * size * classes);
    for (let i = 0; i < count; i++) {
      const from = this.#offset + (order ? order[start + i] : start + i) * size;
      for (let j = 0; j < size; j++, at += classes) {
        target[at + readSlot(source, this.#stored, from + j)] = 1;
      }
    }
  }

  /** The slow way, by float64, for types that are no numbers of JavaScript or must be checked. */
  #convertRows(
    order: Int32Array | null,
    start: number,
    count: number,
    target: TypedArray,
    dtype: DType,
    at: number,
  ): void {
    const numbers = new Float64Array(count * sizeOf(this.rowShape));
    this.copyRows(order, start, count, numbers, 'float64');
    for (const number of numbers) writeSlot(target, dtype, at++, number);
  }

  /** What becomes of the content of a slot. */
  #valueOf(): (slot: number) => number {
    const transform = this.#transform;
    if (transform.kind === 'table') return (slot) => transform.table[slot];
    const { scale, offset } = transform.kind === 'scale' ? transform : { scale: 1, offset: 0 };
    if (!isHalf(this.#stored)) return (slot) => slot * scale + offset;
    const cell = new Uint16Array(1);
    return (slot) => {
      cell[0] = slot;
      return readSlot(cell, this.#stored, 0) * scale + offset;
    };
  }
}

const isHalf = (dtype: DType): boolean => dtype === 'float16' || dtype === 'bfloat16';

const bitsOf = ({ buffer, byteOffset, length }: Float32Array): Int32Array =>
  new Int32Array(buffer, byteOffset, length);

/**
 * In a function of its own, which engines compile for these types of arrays alone; whole numbers, four in a round, spare them the
 * way over float64.
 */
function lookUp(bytes: Uint8Array, table: Int32Array, target: Int32Array): void {
  const { length } = bytes;
  let i = 0;
  for (const whole = length & ~3; i < whole; i += 4) {
    target[i] = table[bytes[i]];
    target[i + 1] = table[bytes[i + 1]];
    target[i + 2] = table[bytes[i + 2]];
    target[i + 3] = table[bytes[i + 3]];
  }
  for (; i < length; i++) target[i] = table[bytes[i]];
}

/** Whether a plain assignment between arrays would give another number than `astype`. */
function needsChecks(from: DType, to: DType): boolean {
  if (from === to) return false;
  return to === 'bool' || (to === 'int64' && dtypes[from].kind === 'float');
}
