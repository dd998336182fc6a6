import { SparseMatrix } from '../ops/sparse/sparse-matrix.ts';
import type { TensorLike } from '../ops/tensor-like.ts';
import {
  type DType,
  type NestedArray,
  type Shape,
  Tensor,
  type TypedArray,
  ValueError,
} from '../tensor/index.ts';

/** What a data set gives: a tensor, or a tuple or an object of such. */
export type Element = Tensor | readonly Element[] | { readonly [name: string]: Element };

/** What may be given for one tensor: the tensor, numbers, typed arrays, an array with a shape, or a sparse matrix. */
export type ArrayLike = Tensor | NestedArray | TypedArray | ShapedData | SparseMatrix;

/** A typed array with a shape; the type of its elements follows from the array unless it is given. */
export interface ShapedData {
  readonly data: TypedArray;
  readonly shape: Shape;
  readonly dtype?: DType;
}

/** What may be given for an element: tensors or arrays, or a tuple or an object of such. */
export type ElementLike =
  | ArrayLike
  | readonly ElementLike[]
  | { readonly [name: string]: ElementLike };

/** The tensors that come of arrays: a tuple stays a tuple, an object an object. */
export type TensorsOf<S> = S extends SparseMatrix
  ? SparseMatrix
  : S extends Tensor | TypedArray | NestedArray | ShapedData
    ? Tensor
    : S extends readonly unknown[] | { readonly [name: string]: unknown }
      ? { -readonly [K in keyof S]: TensorsOf<S[K]> }
      : never;

/** A tree of tuples and objects. */
export type Structure<Leaf> =
  | { readonly leaf: Leaf }
  | { readonly tuple: readonly Structure<Leaf>[] }
  | { readonly record: ReadonlyMap<string, Structure<Leaf>> };

/** The leaves in order. */
export function leavesOf<Leaf>(structure: Structure<Leaf>): Leaf[] {
  if ('leaf' in structure) return [structure.leaf];
  const parts = 'tuple' in structure ? structure.tuple : [...structure.record.values()];
  return parts.flatMap(leavesOf);
}

/** The same tree with other leaves; `f` is told each one's path, for messages. */
export function mapLeaves<A, B>(
  structure: Structure<A>,
  f: (leaf: A, path: string) => B,
  path = '',
): Structure<B> {
  if ('leaf' in structure) return { leaf: f(structure.leaf, path) };
  if ('tuple' in structure) {
    return { tuple: structure.tuple.map((part, i) => mapLeaves(part, f, `${path}[${i}]`)) };
  }
  const entries = [...structure.record].map(
    ([name, part]) => [name, mapLeaves(part, f, path ? `${path}.${name}` : name)] as const,
  );
  return { record: new Map(entries) };
}

/** The tree of one structure with the leaves of a list in order. */
export function withLeaves<A, B>(structure: Structure<A>, leaves: readonly B[]): Structure<B> {
  let next = 0;
  return mapLeaves(structure, () => leaves[next++]);
}

/** Plain tuples and objects, as the user sees them. */
export function toPlain<Leaf>(structure: Structure<Leaf>): unknown {
  if ('leaf' in structure) return structure.leaf;
  if ('tuple' in structure) return structure.tuple.map(toPlain);
  return Object.fromEntries([...structure.record].map(([name, part]) => [name, toPlain(part)]));
}

/** `[·, {a: ·}]`: the form of a tree, to compare and for messages. */
export function formOf(structure: Structure<unknown>): string {
  if ('leaf' in structure) return '·';
  if ('tuple' in structure) return `[${structure.tuple.map(formOf).join(', ')}]`;
  return `{${[...structure.record].map(([name, part]) => `${name}: ${formOf(part)}`).join(', ')}}`;
}

/** Throws unless all trees have one form. */
export function checkSameForm(op: string, structures: readonly Structure<unknown>[]): void {
  const [first, ...others] = structures.map(formOf);
  const other = others.find((form) => form !== first);
  if (other !== undefined) {
    throw new ValueError(`${op}: elements have different forms, ${first} and ${other}`);
  }
}

/** Whether a value is a typed array. */
export const isTypedArray = (value: unknown): value is TypedArray =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);

/** Whether a value is a typed array with a shape. */
export const isShaped = (value: unknown): value is ShapedData =>
  typeof value === 'object' &&
  value !== null &&
  !(value instanceof Tensor) &&
  'shape' in value &&
  'data' in value &&
  isTypedArray(value.data);

const isRecord = (value: unknown): value is Readonly<Record<string, ElementLike>> =>
  typeof value === 'object' &&
  value !== null &&
  !(value instanceof Tensor) &&
  !(value instanceof SparseMatrix) &&
  !Array.isArray(value) &&
  !isTypedArray(value) &&
  !isShaped(value);

/** What a user gave as one array. */
type Given = TensorLike | ShapedData | SparseMatrix;

/**
 * The tree of what a user gave. A list is a tuple if one of its items is a tensor, a typed array or an object, and with
 * `lists` also if one is a list; otherwise it is one array of numbers.
 */
export function structureOf<Leaf>(
  op: string,
  value: unknown,
  toLeaf: (name: string, value: Given) => Leaf,
  { lists = false, path = '' }: { readonly lists?: boolean; readonly path?: string } = {},
): Structure<Leaf> {
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([key, item]) => {
      const next = path ? `${path}.${key}` : key;
      return [key, structureOf(op, item, toLeaf, { path: next })] as const;
    });
    return { record: new Map(entries) };
  }
  const isPart = (item: unknown): boolean =>
    (typeof item === 'object' && !Array.isArray(item)) || (lists && Array.isArray(item));
  if (Array.isArray(value) && value.some(isPart)) {
    return {
      tuple: value.map((item, i) => structureOf(op, item, toLeaf, { path: `${path}[${i}]` })),
    };
  }
  return { leaf: toLeaf(path ? `${op}: ${path}` : op, value as Given) };
}
