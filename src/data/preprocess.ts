import { type Shape, ValueError } from '../tensor/index.ts';
import { ArraySource } from './array-source.ts';
import { formOf, leavesOf, type Structure } from './element.ts';
import type { Source } from './leaf.ts';

/** What is done to the numbers of an array while they are copied into a batch: no tensor is made for it. */
export interface Preprocessing {
  /** Another shape of the same elements: `[28, 28, 1]` for images of `[28, 28]`. */
  readonly shape?: Shape;
  /** Factor; the result is float32. `1 / 255` brings pixels to 0..1. */
  readonly rescale?: number;
  /** Added after `rescale`. */
  readonly offset?: number;
  /** What each of the 256 bytes becomes, for arrays of bytes; the result is float32. */
  readonly table?: Float32Array;
  /** Number of classes: class numbers become float32 rows with a one. */
  readonly oneHot?: number;
}

/** Preprocessing of an element: one for its array, or a tuple or an object of them; what is left out stays as it is. */
export type PreprocessingOf =
  | Preprocessing
  | null
  | readonly PreprocessingOf[]
  | { readonly [name: string]: PreprocessingOf };

const known = ['shape', 'rescale', 'offset', 'table', 'oneHot'];

/** The source whose rows come preprocessed. */
export function preprocessRows(source: Source, what: Preprocessing): ArraySource {
  if (!(source instanceof ArraySource)) {
    throw new ValueError(`${source.name}: preprocess takes no sparse matrix; pass x.toDense()`);
  }
  const { shape, rescale, offset = 0, table, oneHot } = what;
  let made = source;
  if (shape) made = made.withRowShape(shape);
  if (rescale !== undefined || offset !== 0) made = made.rescale(rescale ?? 1, offset);
  if (table) made = made.mapBytes(table);
  return oneHot === undefined ? made : made.oneHot(oneHot);
}

/** What belongs to each leaf of an element; null for those that stay. Throws where the forms differ. */
export function matchPreprocessing(
  structure: Structure<unknown>,
  given: PreprocessingOf | undefined,
): (Preprocessing | null)[] {
  if (given === null || given === undefined) return leavesOf(structure).map(() => null);
  if ('tuple' in structure) {
    if (!Array.isArray(given) || given.length > structure.tuple.length) throw mismatch(structure);
    return structure.tuple.flatMap((part, i) => matchPreprocessing(part, given[i]));
  }
  if (Array.isArray(given)) throw mismatch(structure);
  const names = Object.keys(given);
  if ('record' in structure) {
    if (names.some((name) => !structure.record.has(name))) throw mismatch(structure);
    const parts = given as Record<string, PreprocessingOf>;
    return [...structure.record].flatMap(([name, part]) => matchPreprocessing(part, parts[name]));
  }
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const list = known.join(', ');
    throw new ValueError(`preprocess: there is no '${unknown}' for an array; known: ${list}`);
  }
  return [given as Preprocessing];
}

const mismatch = (structure: Structure<unknown>): ValueError =>
  new ValueError(
    `preprocess: elements have the form ${formOf(structure)}; what is to be done must have it too`,
  );
