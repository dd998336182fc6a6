// Convolutions, forward and by both gradients: npm run -s bench -- conv --threads 2
// GF/s count the multiplications and additions of the direct product, whatever the kernel does instead.
import { gradients, ops, random, setThreads, type Tensor } from 'gradus';
import { engineName, usualThreads } from './lib/engine.ts';
import { report, rounded } from './lib/figures.ts';
import { numberOptions } from './lib/options.ts';
import { timeKernels } from './lib/timing.ts';

/** Images [batch, side, side, channels], filters [kernel, kernel, channels, filters]. */
interface Shape {
  readonly batch: number;
  readonly side: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  readonly padding?: 'same';
  readonly strides?: number;
}

const shapes: readonly Shape[] = [
  { batch: 32, side: 28, channels: 1, filters: 32, kernel: 3 }, // the MNIST network
  { batch: 32, side: 26, channels: 32, filters: 64, kernel: 3 },
  { batch: 128, side: 26, channels: 32, filters: 64, kernel: 3 },
  { batch: 100, side: 28, channels: 1, filters: 20, kernel: 5, padding: 'same' }, // Paddle's
  { batch: 100, side: 14, channels: 20, filters: 20, kernel: 5, padding: 'same' },
  { batch: 8, side: 56, channels: 64, filters: 64, kernel: 3, padding: 'same' }, // ResNet's
  { batch: 8, side: 56, channels: 64, filters: 256, kernel: 1 },
  { batch: 8, side: 56, channels: 128, filters: 128, kernel: 3, padding: 'same', strides: 2 },
];

const { threads } = numberOptions({ threads: usualThreads });
setThreads(threads);
const gflops: Record<string, { forward: number; dx: number; dw: number }> = {};
for (const { batch, side, channels, filters, kernel, padding = 'valid', strides = 1 } of shapes) {
  const x = random.uniform([batch, side, side, channels], { minval: -1 });
  const w = random.uniform([kernel, kernel, channels, filters], { minval: -1 });
  const forward = (image = x, filter = w) => ops.conv2d(image, filter, { padding, strides });
  const dy = random.uniform(forward().shape, { minval: -1 });
  // One operand alone needs a gradient, else the other's is computed as well.
  const [dx, dw] = [x, w].map((operand) => {
    const leaf = operand.detach();
    leaf.requiresGrad = true;
    const y = operand === x ? forward(leaf) : forward(x, leaf);
    const options = { gradOutputs: [dy], retainGraph: true };
    return () => gradients([y], [leaf], options) as Tensor[];
  });
  const work = 2 * dy.size * kernel * kernel * channels;
  const rate = (compute: Parameters<typeof timeKernels>[0]): number =>
    rounded(work / timeKernels(compute) / 1e6, 1);
  const rates = { forward: rate(() => forward()), dx: rate(dx), dw: rate(dw) };
  const step = strides === 1 ? '' : ` /${strides}`;
  const name = `${batch}x${side}x${side}x${channels} ${kernel}x${kernel}x${filters}${step}`;
  gflops[name] = rates;
  const cells = Object.entries(rates).map(([pass, value]) => `${pass} ${value}`.padEnd(16));
  console.log(`${name.padEnd(30)} ${cells.join(' ')} GF/s`);
}
report({ engine: engineName(), threads, gflops });
