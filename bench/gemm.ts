// Matrix products: npm run -s bench -- gemm --threads 2
import { matmul, random, setThreads } from 'gradus';
import { engineName, usualThreads } from './lib/engine.ts';
import { report, rounded } from './lib/figures.ts';
import { numberOptions } from './lib/options.ts';
import { timeKernels } from './lib/timing.ts';

/** Rows of a, columns of b, what is summed over; and whether one of them is read as transposed. */
const shapes: { m: number; n: number; k: number; transposed?: 'a' | 'b' }[] = [
  { m: 256, n: 256, k: 256 },
  { m: 512, n: 512, k: 512 },
  { m: 1024, n: 1024, k: 1024 },
  { m: 32, n: 128, k: 9216 }, // the first dense layer of the MNIST network
  { m: 32, n: 9216, k: 128, transposed: 'b' }, // its gradient by the input
  { m: 9216, n: 128, k: 32, transposed: 'a' }, // and by the weights
  { m: 1, n: 1000, k: 1280 },
];

const { threads } = numberOptions({ threads: usualThreads });
setThreads(threads);
const gflops: Record<string, number> = {};
for (const { m, n, k, transposed } of shapes) {
  const a = random.uniform(transposed === 'a' ? [k, m] : [m, k], { minval: -1 });
  const b = random.uniform(transposed === 'b' ? [n, k] : [k, n], { minval: -1 });
  const flags = { transposeA: transposed === 'a', transposeB: transposed === 'b' };
  const milliseconds = timeKernels(() => matmul(a, b, flags));
  const name = `${m}x${n}x${k}${transposed ? ` ${transposed}^T` : ''}`;
  gflops[name] = rounded((2 * m * n * k) / milliseconds / 1e6, 1);
  console.log(`${name.padEnd(20)} ${milliseconds.toFixed(3).padStart(9)} ms  ${gflops[name]} GF/s`);
}
report({ engine: engineName(), threads, gflops });
