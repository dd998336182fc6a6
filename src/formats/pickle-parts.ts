import { FormatError } from '../tensor/index.ts';
import {
  NumpyArray,
  NumpyDType,
  PickleList,
  PickleObject,
  type PickleValue,
} from './pickle-values.ts';

/** A value inside a pickle with the way to it: `model/conv1.weight`. */
export type PicklePart = readonly [name: string, value: PickleLeaf];

/** What holds nothing else by name. */
export type PickleLeaf =
  | Exclude<
      PickleValue,
      PickleList | readonly PickleValue[] | ReadonlyMap<PickleValue, PickleValue>
    >
  | PickleList;

const maxParts = 1_000_000;

/** All that dictionaries, tuples and lists of a pickle hold, by the keys that lead there; lists of plain integers stay whole. */
export function partsByName(value: PickleValue, file?: string): Map<string, PickleLeaf> {
  const parts = new Map<string, PickleLeaf>();
  const visit = (part: PickleValue, path: readonly string[]): void => {
    const inner = entriesOf(part);
    if (inner) {
      for (const [key, value] of inner) visit(value, [...path, key]);
      return;
    }
    const name = path.join('/') || 'value';
    if (parts.has(name)) throw new FormatError('two values have this name', { file, member: name });
    if (parts.size >= maxParts) throw new FormatError('too many values', { file });
    parts.set(name, part as PickleLeaf);
  };
  visit(value, []);
  return parts;
}

function entriesOf(part: PickleValue): Iterable<readonly [string, PickleValue]> | null {
  if (part instanceof Map) return Array.from(part, ([key, value]) => [String(key), value]);
  if (part instanceof PickleList) {
    return part.asIntegers() ? null : Array.from(part, (value, i) => [String(i), value]);
  }
  if (Array.isArray(part)) return part.map((value, i) => [String(i), value]);
  return null;
}

/** A short text for a value that is no array: for descriptions of files. */
export function describeLeaf(value: PickleLeaf): string | null {
  if (value instanceof PickleList) return `${value.length} integers`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof NumpyArray || value instanceof NumpyDType) return null;
  if (value instanceof PickleObject || value instanceof Set) return null;
  return String(value).slice(0, 200);
}
