// Elementwise operations and sums over large arrays: npm run -s bench -- elementwise --threads 2 --size 4000000
// GB/s count each input once and the output once.
import { ops, random, setThreads } from 'gradus';
import { engineName, usualThreads } from './lib/engine.ts';
import { report, rounded } from './lib/figures.ts';
import { numberOptions } from './lib/options.ts';
import { timeKernels } from './lib/timing.ts';

const { threads, size } = numberOptions({ threads: usualThreads, size: 1 << 22 });
setThreads(threads);
const rows = Math.max(1, Math.floor(size / 1024));
const [x, y, z] = [0, 1, 2].map(() => random.uniform([rows, 1024], { minval: -1 }));
const row = random.uniform([1024]);

/** What is computed, and how many arrays are read and written. */
const operations: Record<string, readonly [arrays: number, compute: () => typeof x]> = {
  copy: [2, () => ops.copy(x)],
  add: [3, () => ops.add(x, y)],
  'add row': [2, () => ops.add(x, row)],
  'fused x*y+z': [4, () => ops.elementwise('fused', (a, b, c) => a.mul(b).add(c), [x, y, z])],
  relu: [2, () => ops.relu(x)],
  exp: [2, () => ops.exp(x)],
  tanh: [2, () => ops.tanh(x)],
  transpose: [2, () => ops.copy(ops.transpose(x))],
  sum: [1, () => ops.sum(x)],
  'sum of rows': [1, () => ops.sum(x, 1)],
  'sum of columns': [1, () => ops.sum(x, 0)],
  softmax: [2, () => ops.softmax(x)],
};

const gigabytes: Record<string, number> = {};
for (const [name, [arrays, compute]] of Object.entries(operations)) {
  const milliseconds = timeKernels(compute);
  gigabytes[name] = rounded((4 * x.size * arrays) / milliseconds / 1e6, 1);
  console.log(
    `${name.padEnd(16)} ${milliseconds.toFixed(3).padStart(9)} ms  ${gigabytes[name]} GB/s`,
  );
}
report({ engine: engineName(), threads, elements: x.size, gigabytes_per_s: gigabytes });
