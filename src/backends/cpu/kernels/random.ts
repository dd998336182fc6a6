import { math } from '../../../expr/index.ts';
import { sizeOf, threefry2x32 } from '../../../tensor/index.ts';
import type { Kernel, RandomAttributes } from '../../kernels.ts';
import { Cursor, toNumbers } from '../cursor.ts';

/** Elements that 16 counters give. */
const GROUP = 32;

export const random: Kernel<'random'> = ([key], [y], { op, salt }) => {
  const [key0, key1] = toNumbers(key);
  const size = sizeOf(y.shape);
  const block = new Float64Array(GROUP);
  const words = new Int32Array(2);
  const writer = new Cursor(y);
  const finish = finishers[op];
  for (let done = 0; done < size; done += GROUP) {
    for (let j = 0; j < GROUP / 2; j++) {
      threefry2x32(key0, key1, done / 2 + j, salt, words);
      block[j] = finish(words[0]);
      block[GROUP / 2 + j] = finish(words[1]);
    }
    writer.write(block, Math.min(GROUP, size - done));
  }
};

const uniform = (word: number): number => (word >>> 8) * 2 ** -24;

const finishers: Readonly<Record<RandomAttributes['op'], (word: number) => number>> = {
  bits: (word) => word,
  uniform,
  normal: (word) => Math.SQRT2 * math.erfinv(2 * uniform(word) - 1 + 2 ** -24),
};
