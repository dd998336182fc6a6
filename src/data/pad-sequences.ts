import { fromData } from '../ops/index.ts';
import { allocateArray, type DType, dtypes, type Tensor, ValueError } from '../tensor/index.ts';
import { type SequenceLists, Sequences } from './sequences.ts';

/** At which end something happens. */
export type SequenceEnd = 'pre' | 'post';

/** How lists become rows of the same length. */
export interface PadOptions {
  /** Length of the rows; the longest list's by default. */
  readonly maxlen?: number | null;
  /** Where shorter lists get the value; 'pre' by default. */
  readonly padding?: SequenceEnd;
  /** Where longer lists are cut; 'pre' by default. */
  readonly truncating?: SequenceEnd;
  /** 0 by default. */
  readonly value?: number;
  readonly dtype?: DType;
}

/**
 * Lists of integers as rows of the same length (Keras' `pad_sequences`): [lists, maxlen], int32.
 * @example padSequences([[1], [2, 3], [4, 5, 6]], { maxlen: 2 }); // [[0, 1], [2, 3], [5, 6]]
 */
export function padSequences(
  sequences: SequenceLists,
  {
    maxlen = null,
    padding = 'pre',
    truncating = 'pre',
    value = 0,
    dtype = 'int32',
  }: PadOptions = {},
): Tensor {
  for (const [name, given] of Object.entries({ padding, truncating })) {
    if (given === 'pre' || given === 'post') continue;
    throw new ValueError(
      `padSequences: ${name} must be 'pre' or 'post', received ${String(given)}`,
    );
  }
  if (maxlen !== null && (!Number.isInteger(maxlen) || maxlen < 1)) {
    throw new ValueError(`padSequences: maxlen must be a whole number >= 1, received ${maxlen}`);
  }
  if (dtype === 'float16' || dtype === 'bfloat16' || dtypes[dtype].slots !== 1) {
    throw new ValueError(`padSequences: rows of ${dtype} cannot be made; cast them afterwards`);
  }
  const lists = Sequences.from(sequences, 'padSequences');
  let width = maxlen ?? 0;
  if (maxlen === null) for (const list of lists) width = Math.max(width, list.length);
  const data = allocateArray(dtype, lists.length * width).fill(value);
  for (let row = 0; row < lists.length; row++) {
    const list = lists.at(row);
    const kept =
      truncating === 'pre'
        ? list.subarray(Math.max(0, list.length - width))
        : list.subarray(0, width);
    data.set(kept, row * width + (padding === 'pre' ? width - kept.length : 0));
  }
  return fromData(data, [lists.length, width], dtype);
}
