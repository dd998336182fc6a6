import type { FileSource } from '#platform';
import { readBytes } from '../data/index.ts';
import { type FileArray, fileDTypes, paddleTensors, pickle } from '../formats/index.ts';
import { FormatError, sizeOf } from '../tensor/index.ts';
import { define } from './signature.ts';
import {
  nameTable,
  numbersOf,
  plainArray,
  type StateValue,
  sliceTable,
  tensorOfFile,
} from './state-file.ts';

/**
 * Reads what `paddle.save` wrote (here or in Paddle): a state dictionary, a tensor, or lists and objects of them. Nothing in the
 * file is run. A dictionary is an object without prototype, or a Map where its keys are not all text (or look like numbers, which an
 * object would sort); tuples are arrays. `returnNumpy` gives arrays `{ dtype, shape, data }` in place of tensors, bfloat16 as uint16.
 * Throws a
 * FormatError for a file that is damaged or holds more than data.
 * @example model.setStateDict(await paddle.load('mnist.pdparams'));
 */
export const load = define(
  'load',
  ['path'],
  ['returnNumpy', 'keepNameTable', 'maxBytes'],
  async (
    path: FileSource,
    returnNumpy: boolean = false,
    keepNameTable: boolean = false,
    maxBytes?: number,
  ): Promise<StateDict> => {
    const bytes = await readBytes(path, { maxBytes });
    const file = typeof path === 'string' || path instanceof URL ? String(path) : undefined;
    const reader = new StateReader(file, returnNumpy, keepNameTable);
    if (!pickle.sniff(bytes) && paddleTensors.sniff(bytes)) {
      const tensors = paddleTensors.decode(bytes, { file, maxBytes });
      if (tensors.length === 1) return reader.tensor(tensors[0]) as unknown as StateDict;
      throw new FormatError('a stream of several tensors has no names; paddle.jit.load reads it', {
        file,
      });
    }
    return reader.read(pickle.decode(bytes, { file, maxBytes })) as StateDict;
  },
);

/** What most files hold: tensors by their names. */
// biome-ignore lint/suspicious/noExplicitAny: what a file holds is known to whoever saved it
export type StateDict = Record<string, any>;

type Dictionary = Map<pickle.PickleValue, pickle.PickleValue>;

class StateReader {
  readonly #file: string | undefined;
  readonly #returnNumpy: boolean;
  readonly #keepNameTable: boolean;

  constructor(file: string | undefined, returnNumpy: boolean, keepNameTable: boolean) {
    this.#file = file;
    this.#returnNumpy = returnNumpy;
    this.#keepNameTable = keepNameTable;
  }

  read(value: pickle.PickleValue): StateValue {
    if (!(value instanceof Map)) return this.#nested(value, namesTensors(value));
    const state = this.#joinSlices(value as Dictionary);
    const names = state.get(nameTable);
    if (names === undefined) return this.#nested(state, namesTensors(state));
    if (!(names instanceof Map)) throw this.#damaged('the table of names is no dictionary');
    const read = new Map<pickle.PickleValue, StateValue>();
    for (const [key, item] of state) {
      if (key === nameTable && !this.#keepNameTable) continue;
      const name = names.get(key);
      const array = item instanceof pickle.NumpyArray && name !== undefined ? item : null;
      read.set(
        key,
        array
          ? this.tensor(numbersOf(array, this.#file), typeof name === 'string' ? name : null)
          : this.#plain(item),
      );
    }
    return dictionary(read);
  }

  tensor(array: FileArray, name: string | null = null): StateValue {
    return this.#returnNumpy ? plainArray(array) : tensorOfFile(array, name);
  }

  /**
   * As Paddle: pairs of a name and an array are tensors where there are any (and arrays stay arrays); else all arrays are.
   */
  #nested(value: pickle.PickleValue, pairs: boolean): StateValue {
    const inner = (item: pickle.PickleValue): StateValue => this.#nested(item, pairs);
    if (pairs && isPair(value)) {
      return this.tensor(numbersOf(value[1], this.#file), value[0]);
    }
    if (!pairs && value instanceof pickle.NumpyArray) {
      return this.tensor(numbersOf(value, this.#file));
    }
    return this.#plain(value, inner);
  }

  #plain(
    value: pickle.PickleValue,
    inner: (item: pickle.PickleValue) => StateValue = (item) => this.#plain(item),
  ): StateValue {
    if (value instanceof pickle.NumpyArray) return plainArray(numbersOf(value, this.#file));
    if (value instanceof pickle.PickleList || Array.isArray(value)) return [...value].map(inner);
    if (value instanceof Set) return new Set([...value].map(inner));
    if (value instanceof Map) {
      return dictionary(new Map([...value].map(([key, item]) => [key, inner(item)])));
    }
    if (value instanceof pickle.NumpyDType) throw this.#damaged('an element type among the data');
    // A number of NumPy with 64 bits is a plain one here, where it can be.
    if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
    return value as StateValue;
  }

  /** Joins what protocols 2 and 3 have cut. */
  #joinSlices(state: Dictionary): Dictionary {
    const table = state.get(sliceTable);
    if (table === undefined) return state;
    const joined = new Map(state);
    joined.delete(sliceTable);
    for (const [key, entry] of table instanceof Map ? table : []) {
      const shape = entry instanceof Map ? entry.get('OriginShape') : null;
      const names = entry instanceof Map ? entry.get('slices') : null;
      if (!(names instanceof pickle.PickleList) || !(isShape(shape) || isList(shape))) {
        throw this.#damaged('the table of slices is damaged');
      }
      const parts = [...names].map((name) => {
        const part = state.get(name);
        joined.delete(name);
        if (part instanceof pickle.NumpyArray) return numbersOf(part, this.#file);
        throw this.#damaged(`the slice ${String(name)} is missing`);
      });
      joined.set(key, pickle.numpyArray(this.#join(parts, [...shape] as number[])));
    }
    return joined;
  }

  #join(parts: readonly FileArray[], shape: readonly number[]): FileArray {
    const [first] = parts;
    const length = parts.reduce((sum, { data }) => sum + data.length, 0);
    const alike = parts.every(({ dtype }) => dtype === first.dtype);
    if (!first || !alike || length !== sizeOf(shape) * fileDTypes[first.dtype].slots) {
      throw this.#damaged('slices do not make up the array');
    }
    const data = new fileDTypes[first.dtype].array(length);
    let at = 0;
    for (const part of parts) {
      data.set(part.data as never, at);
      at += part.data.length;
    }
    return { dtype: first.dtype, shape, data };
  }

  #damaged = (problem: string): FormatError => new FormatError(problem, { file: this.#file });
}

const isList = (value: unknown): value is pickle.PickleList => value instanceof pickle.PickleList;
const isShape = (value: unknown): value is readonly number[] => Array.isArray(value);

const isPair = (value: pickle.PickleValue): value is readonly [string, pickle.NumpyArray] =>
  Array.isArray(value) &&
  value.length === 2 &&
  typeof value[0] === 'string' &&
  value[1] instanceof pickle.NumpyArray;

/** Whether there is a pair of a name and an array anywhere. */
function namesTensors(value: pickle.PickleValue): boolean {
  if (isPair(value)) return true;
  if (value instanceof pickle.PickleList)
    return !value.asIntegers() && [...value].some(namesTensors);
  if (Array.isArray(value)) return value.some(namesTensors);
  return value instanceof Map && [...value.values()].some(namesTensors);
}

function dictionary(entries: Map<pickle.PickleValue, StateValue>): StateValue {
  const keys = [...entries.keys()];
  if (!keys.every((key) => typeof key === 'string' && !/^\d+$/.test(key))) {
    return entries as Map<StateValue, StateValue>;
  }
  const object: Record<string, StateValue> = Object.create(null);
  for (const [key, value] of entries) object[key as string] = value;
  return object;
}
