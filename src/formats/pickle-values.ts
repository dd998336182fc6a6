import { FormatError } from '../tensor/index.ts';
import type { FileArray } from './file-array.ts';

/** What a pickle may hold: plain data. Dictionaries are maps, tuples are arrays, sets are sets. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleList
  | readonly PickleValue[]
  | ReadonlyMap<PickleValue, PickleValue>
  | ReadonlySet<PickleValue>
  | NumpyArray
  | NumpyDType
  | PickleObject;

/** A value that only the reader of one kind of file knows, such as a tensor of PyTorch. */
export abstract class PickleObject {
  abstract readonly kind: string;
}

/** An array of NumPy: of numbers, or of Python objects in row-major order. */
export class NumpyArray {
  shape: readonly number[] = [];
  /** The numbers; null for objects, and before the file gave them. */
  numbers: FileArray | null = null;
  /** The objects, where it holds such. */
  objects: PickleList | null = null;
}

/** An element type of NumPy, written as in npy files: `<f4`, `|O`. */
export class NumpyDType {
  code: string;
  order = '';

  constructor(code: string) {
    this.code = code;
  }

  get descr(): string {
    return this.order === '=' ? this.code : this.order + this.code;
  }
}

const arenaLength = 1 << 18;

/** Memory that short lists of integers share, so that 50,000 of them are not 50,000 allocations. */
export class IntegerArena {
  #chunk = new Int32Array(0);
  #used = 0;

  /** Room for some integers. */
  reserve(length: number): Int32Array {
    if (length > arenaLength / 4) return new Int32Array(length);
    if (this.#used + length > this.#chunk.length) {
      this.#chunk = new Int32Array(arenaLength);
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += length;
    return this.#chunk.subarray(at, at + length);
  }
}

/** A list of Python's. Integers of 32 bits take four bytes each as long as nothing else is among them. */
export class PickleList {
  readonly #arena: IntegerArena;
  #integers: Int32Array | null = null;
  #values: PickleValue[] | null = null;
  #length = 0;

  constructor(arena: IntegerArena = new IntegerArena()) {
    this.#arena = arena;
  }

  /** A list of these values. */
  static of(values: readonly PickleValue[]): PickleList {
    const list = new PickleList();
    list.append(values, 0);
    return list;
  }

  get length(): number {
    return this.#length;
  }

  /** Puts the elements of `stack` from `start` on behind the last. */
  append(stack: readonly PickleValue[], start: number): void {
    const count = stack.length - start;
    if (count === 0) return;
    const length = this.#length + count;
    if (!this.#values) {
      const integers = this.#roomFor(length);
      let at = this.#length;
      let i = start;
      for (; i < stack.length; i++) {
        const value = stack[i];
        if (typeof value !== 'number' || (value | 0) !== value || Object.is(value, -0)) break;
        integers[at++] = value;
      }
      if (i === stack.length) {
        this.#integers = integers;
        this.#length = length;
        return;
      }
      this.#values = Array.from(this.asIntegers() ?? []);
      this.#integers = null;
    }
    for (let i = start; i < stack.length; i++) this.#values.push(stack[i]);
    this.#length = length;
  }

  /** The array with the integers so far and room for so many. */
  #roomFor(length: number): Int32Array {
    const old = this.#integers;
    if (old && old.length >= length) return old;
    // The first lot is all that most lists ever get.
    const room = this.#arena.reserve(old ? Math.max(length, 2 * old.length) : length);
    if (old) room.set(old.subarray(0, this.#length));
    return room;
  }

  /** The elements where all are integers of 32 bits (none are, too); else null. */
  asIntegers(): Int32Array | null {
    if (this.#length === 0) return new Int32Array(0);
    return this.#integers?.subarray(0, this.#length) ?? null;
  }

  /** The elements, as an array of their own. */
  toArray(): PickleValue[] {
    return this.#values ? [...this.#values] : Array.from(this.asIntegers() as Int32Array);
  }

  [Symbol.iterator](): Iterator<PickleValue> {
    return (this.#values ?? (this.asIntegers() as Int32Array))[Symbol.iterator]();
  }
}

/** Throws where containers are nested deeper than `limit` or hold themselves, or hold what is no data. */
export function checkData(value: PickleValue, limit: number, file?: string): void {
  const heights = new Map<object, number>();
  const heightOf = (part: PickleValue, depth: number): number => {
    if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return 0;
    if (depth > limit) {
      const expected = `at most ${limit} levels`;
      throw new FormatError('the pickle is nested too deeply, or holds itself', { file, expected });
    }
    const known = heights.get(part);
    if (known !== undefined) {
      if (depth + known > limit) heightOf([], limit + 1);
      return known;
    }
    let height = 1;
    for (const inner of partsOf(part)) height = Math.max(height, 1 + heightOf(inner, depth + 1));
    heights.set(part, height);
    return height;
  };
  heightOf(value, 0);
}

function* partsOf(value: object): Generator<PickleValue> {
  if (value instanceof PickleList) {
    if (!value.asIntegers()) yield* value;
  } else if (value instanceof Map) {
    for (const [key, inner] of value) {
      yield key;
      yield inner;
    }
  } else if (Array.isArray(value) || value instanceof Set) {
    yield* value;
  } else if (value instanceof NumpyArray && (value.objects || value.numbers)) {
    if (value.objects) yield value.objects;
  } else if (!(value instanceof NumpyDType || value instanceof PickleObject)) {
    throw new FormatError('the pickle holds a name or an unfinished array where data should be');
  }
}
