import { allocateArray, type DType, dtypes, readSlot, type TypedArray } from './dtype.ts';
import { BackendError, ShapeError } from './errors.ts';
import { formatTensor } from './format-tensor.ts';
import { noteRead } from './reads.ts';
import { formatShape, isRowMajor, rowMajorStrides, type Shape, sizeOf } from './shape.ts';
import type { Storage } from './storage.ts';
import type { View } from './view.ts';

/** The operation that made a tensor, kept while gradients may be asked for. */
export interface GraphNode {
  readonly id: number;
  readonly op: string;
  readonly inputs: readonly Tensor[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Nested arrays of numbers (or booleans), as `toArray` gives and `tensor` takes them. */
export type NestedArray = number | boolean | readonly NestedArray[];

/**
 * An n-dimensional array: a storage, an offset, a shape and strides. Views (reshape, transpose, slices) share the
 * storage and copy nothing. Operations are methods and functions alike: `x.add(y)` is `add(x, y)`.
 */
export class Tensor implements View {
  readonly storage: Storage;
  readonly shape: Shape;
  /** Distance, in elements, between neighbours along each axis. */
  readonly strides: readonly number[];
  readonly offset: number;
  readonly dtype: DType;
  /** Whether `backward()` shall leave a gradient here. Set on leaves; results inherit it. */
  requiresGrad = false;
  /** The gradient that `backward()` left, of the same shape; null before. */
  grad: Tensor | null = null;
  /** The operation that made this tensor, or null for leaves. */
  node: GraphNode | null = null;
  /** Which of the node's results this is. */
  outputIndex = 0;

  constructor(
    storage: Storage,
    shape: Shape,
    strides: readonly number[] = rowMajorStrides(shape),
    offset = 0,
    dtype: DType = storage.dtype,
  ) {
    this.storage = storage;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
    this.dtype = dtype;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Whether the elements lie one behind the other in row-major order. */
  get isContiguous(): boolean {
    return isRowMajor(this.shape, this.strides);
  }

  /** The elements in row-major order, copied, on any backend. Half floats come as float32. */
  async data(): Promise<TypedArray> {
    noteRead(this.storage);
    return this.#gather(await this.storage.read());
  }

  /** The elements in row-major order, copied, where memory is at hand (cpu, wasm). */
  dataSync(): TypedArray {
    noteRead(this.storage);
    return this.#gather(this.storage.array);
  }

  /** The only element of a tensor of size 1. */
  item(): number {
    if (this.size !== 1) {
      throw new ShapeError(
        `item: needs a tensor with one element, received shape ${formatShape(this.shape)}`,
      );
    }
    noteRead(this.storage);
    return readSlot(this.storage.array, this.dtype, this.offset);
  }

  /** Nested arrays of the tensor's shape; a number (or boolean) for rank 0. */
  toArray(): NestedArray {
    if (dtypes[this.dtype].slots === 2) {
      throw new BackendError('toArray: complex64 has no JavaScript number; use real() and imag()');
    }
    const data = this.dataSync();
    let next = 0;
    const build = (axis: number): NestedArray => {
      if (axis === this.rank) {
        const value = data[next++];
        return this.dtype === 'bool' ? value !== 0 : value;
      }
      return Array.from({ length: this.shape[axis] }, () => build(axis + 1));
    };
    return build(0);
  }

  /** Prints like NumPy: aligned columns, long tensors abbreviated. */
  toString(): string {
    return formatTensor(this);
  }

  /** The same elements without history: gradients stop here. Shares memory. */
  detach(): Tensor {
    return new Tensor(this.storage, this.shape, this.strides, this.offset, this.dtype);
  }

  #gather(source: TypedArray): TypedArray {
    const { dtype, shape, strides } = this;
    const half = dtype === 'float16' || dtype === 'bfloat16';
    const out = allocateArray(half ? 'float32' : dtype, this.size);
    const slots = dtypes[dtype].slots;
    if (!half && this.isContiguous) {
      out.set(source.subarray(this.offset * slots, (this.offset + this.size) * slots));
      return out;
    }
    let next = 0;
    const walk = (axis: number, at: number): void => {
      if (axis === shape.length) {
        for (let slot = 0; slot < slots; slot++) {
          out[next++] = readSlot(source, dtype, at * slots + slot);
        }
        return;
      }
      for (let i = 0; i < shape[axis]; i++) walk(axis + 1, at + i * strides[axis]);
    };
    walk(0, this.offset);
    return out;
  }
}
