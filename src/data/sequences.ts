import { ValueError } from '../tensor/index.ts';

/** Lists of integers, such as the words of a text. */
export type SequenceLists = Sequences | readonly (readonly number[] | Int32Array)[];

/**
 * Lists of integers of different lengths, one behind the other in one array: 50,000 reviews take 4 bytes a word.
 * @example const first = sequences.at(0); // Int32Array
 */
export class Sequences {
  /** The elements of all lists. */
  readonly values: Int32Array;
  /** Where each list starts, and at last the end: one number more than there are lists. */
  readonly starts: Int32Array;

  /** Throws a ValueError where `starts` do not rise from 0 to the number of values. */
  constructor(values: Int32Array, starts: Int32Array) {
    const rises = starts.every((start, i) => i === 0 || start >= starts[i - 1]);
    if (!rises || starts[0] !== 0 || starts.at(-1) !== values.length) {
      throw new ValueError(
        `Sequences: starts must rise from 0 to ${values.length}, the number of values; ` +
          `received ${starts.length} from ${starts[0]} to ${starts.at(-1)}`,
      );
    }
    this.values = values;
    this.starts = starts;
  }

  /** Copies of lists; what are sequences already is passed through. */
  static from(lists: SequenceLists, where = 'Sequences.from'): Sequences {
    if (lists instanceof Sequences) return lists;
    if (!Array.isArray(lists)) {
      throw new ValueError(
        `${where}: expected a list of lists of integers, received ${typeof lists}`,
      );
    }
    const starts = new Int32Array(lists.length + 1);
    lists.forEach((list: readonly number[] | Int32Array, i) => {
      if (!Array.isArray(list) && !ArrayBuffer.isView(list)) {
        throw new ValueError(`${where}: item ${i} is no list but ${String(list)}`);
      }
      starts[i + 1] = starts[i] + list.length;
    });
    const values = new Int32Array(starts[lists.length]);
    lists.forEach((list: readonly number[] | Int32Array, i) => {
      for (let j = 0; j < list.length; j++) {
        if ((list[j] | 0) !== list[j]) {
          throw new ValueError(
            `${where}: element ${j} of list ${i} is ${list[j]}; expected integers of 32 bits`,
          );
        }
      }
      values.set(list, starts[i]);
    });
    return new Sequences(values, starts);
  }

  /** Number of lists. */
  get length(): number {
    return this.starts.length - 1;
  }

  /** A list, over the same memory; negative numbers count from the end. */
  at(index: number): Int32Array {
    const i = index < 0 ? index + this.length : index;
    if (!Number.isInteger(i) || i < 0 || i >= this.length) {
      throw new ValueError(`Sequences.at: ${index} is no place among ${this.length} lists`);
    }
    return this.values.subarray(this.starts[i], this.starts[i + 1]);
  }

  /** Lists `start` to `stop`, over the same memory; negative numbers count from the end. */
  slice(start = 0, stop = this.length): Sequences {
    const place = (i: number): number =>
      Math.min(this.length, i < 0 ? Math.max(0, i + this.length) : i);
    const [from, to] = [place(start), Math.max(place(start), place(stop))];
    const first = this.starts[from];
    return new Sequences(
      this.values.subarray(first, this.starts[to]),
      this.starts.slice(from, to + 1).map((at) => at - first),
    );
  }

  *[Symbol.iterator](): Generator<Int32Array> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }
}
