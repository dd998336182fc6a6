import { allocate, getBackend } from '../backends/registry.ts';
import type { HostArray } from '../formats/index.ts';
import { SparseMatrix } from '../ops/sparse/sparse-matrix.ts';
import { asTensor, type TensorLike } from '../ops/tensor-like.ts';
import {
  allocateArray,
  type DType,
  DTypeError,
  dtypes,
  type Shape,
  sizeOf,
  Tensor,
  type TypedArray,
} from '../tensor/index.ts';
import { ArraySource } from './array-source.ts';
import { isShaped, isTypedArray, type ShapedData } from './element.ts';
import { SparseSource } from './sparse-source.ts';

/** One array of an element, whose numbers may not have been brought together yet. */
export interface HostLeaf {
  readonly dtype: DType;
  readonly shape: Shape;
  /** Writes the elements, row-major, into an array of type `dtype` from slot `at` on. */
  write(target: TypedArray, dtype?: DType, at?: number): void;
  /** The same as stored elements, where the leaf comes of a sparse matrix. */
  readonly sparse?: SparseRows;
}

/** Rows of a sparse matrix, to be written into arrays that have room for them. */
export interface SparseRows {
  /** Stored elements that there must be room for. */
  readonly capacity: number;
  /** Whether they have values; else all are 1. */
  readonly weighted: boolean;
  write(target: {
    readonly values: TypedArray;
    readonly columns: TypedArray;
    readonly rowStarts: TypedArray;
  }): void;
}

/** What the rows of one array come from. */
export type Source = ArraySource | SparseSource;

/** Arrays wait on the host until somebody needs tensors; what users made of them is tensors already. */
export type Leaf = HostLeaf | Tensor;

/** Rows of a source: a batch, or one sample where `count` is null. */
export function rowsLeaf(
  source: Source,
  order: Int32Array | null,
  start: number,
  count: number | null,
): HostLeaf {
  return {
    dtype: source.dtype,
    shape: count === null ? source.rowShape : [count, ...source.rowShape],
    write: (target, dtype, at) => source.copyRows(order, start, count ?? 1, target, dtype, at),
    ...(source instanceof SparseSource && { sparse: source.stored(order, start, count ?? 1) }),
  };
}

/** An array as a leaf; it is not copied. */
export function arrayLeaf(name: string, { dtype, shape, data }: HostArray): HostLeaf {
  return rowsLeaf(
    ArraySource.fromArray(name, { dtype, shape: [1, ...shape], data }),
    null,
    0,
    null,
  );
}

/** A matrix of the rows of a leaf that are sparse. */
export function toSparse({
  shape,
  dtype,
  sparse,
}: HostLeaf & { sparse: SparseRows }): SparseMatrix {
  const [rows, width] = shape.length === 1 ? [1, shape[0]] : shape;
  const numbers = dtype === 'float64' ? Float64Array : Float32Array;
  const values = new numbers(sparse.weighted ? sparse.capacity : 0);
  const columns = new Int32Array(sparse.capacity);
  const rowStarts = new Int32Array(rows + 1);
  sparse.write({ values, columns, rowStarts });
  const stored = rowStarts[rows];
  return new SparseMatrix([rows, width], {
    columns: columns.slice(0, stored),
    rowStarts,
    ...(sparse.weighted && { values: values.slice(0, stored) }),
  });
}

const isSparse = (leaf: HostLeaf): leaf is HostLeaf & { sparse: SparseRows } =>
  leaf.sparse !== undefined;

/** One leaf of the rows of several, all of which are sparse; null where one is not. */
export function joinSparse(leaves: readonly Leaf[]): HostLeaf | null {
  const rows = leaves.map((leaf) =>
    !(leaf instanceof Tensor) && isSparse(leaf) ? toSparse(leaf) : null,
  );
  if (rows.length === 0 || rows.some((row) => row === null)) return null;
  const matrix = SparseMatrix.joinRows(rows as SparseMatrix[]);
  return rowsLeaf(new SparseSource('batch', matrix), null, 0, matrix.shape[0]);
}

/** What a user sees of a leaf: a sparse matrix for rows of one (of one row for a sample), else a tensor. */
export const toValue = (leaf: Leaf): Tensor | SparseMatrix =>
  !(leaf instanceof Tensor) && isSparse(leaf) ? toSparse(leaf) : toTensor(leaf);

/** A tensor of a leaf, written straight into the backend's memory where that is at hand. */
export function toTensor(leaf: Leaf): Tensor {
  if (leaf instanceof Tensor) return leaf;
  const { dtype, shape } = leaf;
  const size = sizeOf(shape);
  if (!getBackend().synchronous) {
    const data = allocateArray(dtype, size);
    leaf.write(data);
    return new Tensor(allocate(dtype, size, data), shape);
  }
  const storage = allocate(dtype, size);
  leaf.write(storage.array);
  return new Tensor(storage, shape);
}

/** A leaf as an array of its own; a promise where a device's memory is not at hand. */
export function toHost(leaf: Leaf): HostArray | Promise<HostArray> {
  const { dtype, shape } = leaf;
  if (!(leaf instanceof Tensor)) {
    const data = allocateArray(dtype, sizeOf(shape));
    leaf.write(data);
    return { dtype, shape, data };
  }
  const host = dtype === 'float16' || dtype === 'bfloat16' ? 'float32' : dtype;
  const made = (data: TypedArray): HostArray => ({ dtype: host, shape, data });
  return getBackend().synchronous ? made(leaf.dataSync()) : leaf.data().then(made);
}

const typeNames = new Map<unknown, DType>(
  (['float32', 'float64', 'int8', 'int16', 'int32', 'uint8'] as const).map((dtype) => [
    dtypes[dtype].array,
    dtype,
  ]),
);

/** A typed array, with or without a shape, as an array. */
function typedToHost(name: string, value: TypedArray | ShapedData): HostArray {
  const { data, shape, dtype }: ShapedData = isTypedArray(value)
    ? { data: value, shape: [value.length] }
    : value;
  const clamped = (data as object) instanceof Uint8ClampedArray;
  const kind = dtype ?? (clamped ? 'uint8' : typeNames.get(data.constructor));
  if (kind) return { data, shape, dtype: kind };
  throw new DTypeError(
    `${name}: cannot tell the dtype of a ${data.constructor.name}; pass { data, shape, dtype } ` +
      "(a Uint16Array holds the bits of 'float16' or 'bfloat16')",
  );
}

/** What a user gave for one array: its numbers on the host, or the tensor. */
function given(name: string, value: TensorLike | ShapedData): HostArray | Tensor {
  if (isTypedArray(value) || isShaped(value)) return typedToHost(name, value);
  // Without the way over a tensor, which a generator would go for each sample.
  if (typeof value === 'number') {
    return { dtype: 'float32', shape: [], data: Float32Array.of(value) };
  }
  const isRow = Array.isArray(value) && value.every((item) => typeof item === 'number');
  if (!isRow) return asTensor(name, value);
  return { dtype: 'float32', shape: [value.length], data: Float32Array.from(value as number[]) };
}

/** What a user gave for one array, as a leaf. */
export function leafOf(name: string, value: TensorLike | ShapedData | SparseMatrix): Leaf {
  if (value instanceof SparseMatrix) {
    return rowsLeaf(new SparseSource(name, value), null, 0, value.shape[0]);
  }
  const array = given(name, value);
  return array instanceof Tensor ? array : arrayLeaf(name, array);
}

/** What a user gave for all samples of one array, as rows. */
export function sourceOf(name: string, value: TensorLike | ShapedData | SparseMatrix): Source {
  if (value instanceof SparseMatrix) return new SparseSource(name, value);
  const array = given(name, value);
  return array instanceof Tensor
    ? ArraySource.fromTensor(name, array)
    : ArraySource.fromArray(name, array);
}
