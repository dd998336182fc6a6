import { SparseMatrix } from '../ops/index.ts';
import { ValueError } from '../tensor/index.ts';
import { type SequenceLists, Sequences } from './sequences.ts';

/**
 * Lists of integers as rows of zeros with a one at each number that a list has: [lists, dimension]. Only the ones are stored, and
 * `fit`, `evaluate`, `predict` and a `Dense` layer take the matrix as it is. A number outside [0, dimension) is a ValueError.
 * @example const x = multiHot(reviews, 10_000); await model.fit(x, labels);
 */
export function multiHot(sequences: SequenceLists, dimension: number): SparseMatrix {
  if (!Number.isInteger(dimension) || dimension < 1) {
    throw new ValueError(`multiHot: dimension must be a whole number >= 1, received ${dimension}`);
  }
  const { values, starts, length } = Sequences.from(sequences, 'multiHot');
  const seen = new Int32Array(Math.ceil(dimension / 32));
  const columns = new Int32Array(values.length);
  const rowStarts = new Int32Array(length + 1);
  let at = 0;
  for (let row = 0; row < length; row++) {
    const first = at;
    for (let i = starts[row]; i < starts[row + 1]; i++) {
      const value = values[i];
      if (value < 0 || value >= dimension) {
        throw new ValueError(
          `multiHot: list ${row} holds ${value}, which is outside [0, ${dimension}); ` +
            'give a larger dimension, or load fewer words (numWords)',
        );
      }
      const bit = 1 << (value & 31);
      if (seen[value >> 5] & bit) continue;
      seen[value >> 5] |= bit;
      columns[at++] = value;
    }
    const found = columns.subarray(first, at);
    if (found.length * 8 < seen.length) {
      found.sort();
      for (const value of found) seen[value >> 5] = 0;
    } else {
      // In order without sorting: bit by bit.
      at = first;
      for (let word = 0; word < seen.length; word++) {
        for (let bits = seen[word]; bits !== 0; bits &= bits - 1) {
          columns[at++] = 32 * word + 31 - Math.clz32(bits & -bits);
        }
        seen[word] = 0;
      }
    }
    rowStarts[row + 1] = at;
  }
  return new SparseMatrix([length, dimension], { columns: columns.slice(0, at), rowStarts });
}
