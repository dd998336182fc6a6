import { ArraySource } from '../data/array-source.ts';
import { SparseSource } from '../data/sparse-source.ts';
import type { HostArray } from '../formats/index.ts';
import { SparseMatrix } from '../ops/index.ts';
import { asTensor, type TensorLike } from '../ops/tensor-like.ts';
import {
  formatShape,
  type NestedArray,
  ShapeError,
  Tensor,
  type TypedArray,
  ValueError,
} from '../tensor/index.ts';
import type { InputSource } from './batches.ts';
import { inOrder, isNamed } from './named.ts';

/** One array of samples: a tensor, a typed array, nested arrays of numbers; for an input also a sparse matrix. */
export type ArrayData =
  | Tensor
  | TypedArray
  | NestedArray
  | readonly TypedArray[]
  | HostArray
  | SparseMatrix;

/** Samples for a model: one array, or for several inputs or outputs a list or an object of them by name. */
export type Samples = ArrayData | readonly ArrayData[] | Readonly<Record<string, ArrayData>>;

/** Batches: inputs, or inputs and labels, or also weights. */
export type BatchItem =
  | readonly [x: Samples, y?: Samples | null, sampleWeight?: Samples | null]
  | Samples;

/** Anything that gives batches, once or again and again. */
export type BatchIterable =
  | Iterable<BatchItem>
  | AsyncIterable<BatchItem>
  | (() => Iterable<BatchItem> | AsyncIterable<BatchItem> | Iterator<BatchItem>);

/** Whether samples come in batches instead of as arrays. */
export function isBatchIterable(value: unknown): value is BatchIterable {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Tensor || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

const isArrayData = (value: unknown): boolean =>
  value instanceof Tensor ||
  value instanceof SparseMatrix ||
  ArrayBuffer.isView(value) ||
  isHostArray(value);

/** Whether a value is an array with its shape: `{ data, shape, dtype }`. */
export const isHostArray = (value: unknown): value is HostArray =>
  typeof value === 'object' &&
  value !== null &&
  !(value instanceof Tensor) &&
  ArrayBuffer.isView((value as Partial<HostArray>).data) &&
  Array.isArray((value as Partial<HostArray>).shape);

/**
 * Samples as a list of arrays. A list means several arrays if several are expected; with one expected, or when that is not
 * known, it means nested rows unless it holds a tensor.
 */
export function listSamples(
  where: string,
  samples: Samples,
  names: readonly string[],
): readonly ArrayData[] {
  if (!isHostArray(samples) && isNamed(samples as Record<string, ArrayData>)) {
    const named = samples as Record<string, ArrayData>;
    return names.length ? inOrder(where, named, names) : Object.values(named);
  }
  if (Array.isArray(samples)) {
    const list = samples as readonly ArrayData[];
    const several =
      names.length > 1 ||
      list.some(
        (part) => part instanceof Tensor || part instanceof SparseMatrix || isHostArray(part),
      );
    if (several) {
      if (names.length && list.length !== names.length) {
        throw new ValueError(
          `${where}: expected ${names.length} arrays (${names.join(', ')}), received ${list.length}`,
        );
      }
      return list;
    }
    if (list.length && list.every(isArrayData)) return [list as readonly TypedArray[]];
  } else if (names.length > 1) {
    throw new ValueError(
      `${where}: expected ${names.length} arrays (${names.join(', ')}), received one; ` +
        'pass a list or an object by name',
    );
  }
  return [samples as ArrayData];
}

/** Samples as columns, all with the same number of rows. */
export async function columnsOf(
  where: string,
  what: string,
  samples: Samples,
  names: readonly string[],
): Promise<InputSource[]> {
  const list = listSamples(`${where}: ${what}`, samples, names);
  const columns: InputSource[] = [];
  for (const [i, array] of list.entries()) {
    const label = list.length > 1 ? `${what}['${names[i] ?? i}']` : what;
    columns.push(await sourceOf(`${where}: ${label}`, array));
  }
  return columns;
}

/** The same for labels and weights, which cannot be sparse. */
export async function denseColumnsOf(
  where: string,
  what: string,
  samples: Samples,
  names: readonly string[],
): Promise<ArraySource[]> {
  const columns = await columnsOf(where, what, samples, names);
  return columns.map((column) => {
    if (column instanceof ArraySource) return column;
    throw new ValueError(`${column.name} is a sparse matrix; only x may be one: use toDense()`);
  });
}

function sourceOf(name: string, array: ArrayData): InputSource {
  if (array instanceof SparseMatrix) return new SparseSource(name, array);
  if (isHostArray(array)) return ArraySource.fromArray(name, array);
  return ArraySource.fromTensor(name, asTensor(name, array as TensorLike));
}

/** Throws unless all columns have the same number of rows, at least one. */
export function checkRows(columns: readonly InputSource[]): void {
  const [first] = columns;
  if (first.rows === 0) {
    throw new ValueError(
      `${first.name} has no rows (shape ${formatShape(first.shape)}): there is nothing to work on`,
    );
  }
  for (const column of columns) {
    if (column.rows === first.rows) continue;
    throw new ShapeError(
      `${column.name} has ${column.rows} rows but ${first.name} has ${first.rows}; ` +
        'every sample needs one row of each',
    );
  }
}
