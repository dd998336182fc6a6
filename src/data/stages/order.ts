import { nextKeyWords, streamKey } from '../../ops/random/state.ts';
import { threefry2x32 } from '../../tensor/threefry.ts';

/** Where a seed's stream holds the keys of data sets, far beyond those of operations and of `fit`. */
const DATA = 2 ** 50;

/** Two words that key a data set: those of a seed, or fresh ones of the program's stream. */
export const dataKey = (seed: number | undefined): Int32Array =>
  seed === undefined ? nextKeyWords() : streamKey(seed, DATA);

/** The words of one pass. */
export function passKey(key: Int32Array, epoch: number): Int32Array {
  const words = new Int32Array(2);
  threefry2x32(key[0], key[1], epoch | 0, Math.floor(epoch / 2 ** 32), words);
  return words;
}

/** Whole numbers below bounds, evenly, from two key words. */
export function randomIntegers(key: Int32Array): (bound: number) => number {
  const pair = new Int32Array(2);
  let counter = 0;
  return (bound) => {
    // Words beyond the last whole multiple would favour small numbers.
    const fair = Math.floor(2 ** 32 / bound) * bound;
    for (;;) {
      if (counter % 2 === 0) threefry2x32(key[0], key[1], counter / 2, 1, pair);
      const word = pair[counter++ % 2] >>> 0;
      if (word < fair) return word % bound;
    }
  };
}
