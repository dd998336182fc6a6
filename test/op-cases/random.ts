import * as ops from '../../src/ops/index.ts';
import { distinct, generator, integers, type OpCase, shaped } from './operand.ts';
import { reductions } from './reductions.ts';

/** Calls with shapes and geometries that a generator picks. */
export function randomCases(seed: number): OpCase[] {
  const random = generator(seed);
  const pick = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const cases: OpCase[] = [];
  for (let i = 0; i < 24; i++) {
    const [m, k, n, batch] = [pick(0, 40), pick(0, 40), pick(1, 40), pick(1, 3)];
    cases.push({
      name: `matmul ${batch}x${m}x${k}x${n}`,
      inputs: [shaped(batch, m, k), shaped(k, n), shaped(n)],
      f: (a, b, bias) => ops.matmul(a, b, { bias, activation: 'relu' }),
    });
  }
  for (let i = 0; i < 40; i++) cases.push(randomConvolution(pick));
  for (let i = 0; i < 16; i++) cases.push(randomThreeByThree(pick));
  for (let i = 0; i < 16; i++) cases.push(randomPool(pick));
  for (let i = 0; i < 24; i++) cases.push(randomReduction(pick));
  for (let i = 0; i < 16; i++) {
    const rank = pick(1, 4);
    const shape = Array.from({ length: rank }, () => pick(1, 9));
    const axis = pick(0, rank - 1);
    cases.push({
      name: `concat and slice [${shape}] along ${axis}`,
      inputs: [shaped(...shape), shaped(...shape.with(axis, pick(0, 5)))],
      f: (a, b) => ops.narrow(ops.concat([a, b, a], axis), axis, 1, shape[axis]),
    });
    const stretched = shape.map((size) => (pick(0, 2) ? size : 1));
    cases.push({
      name: `broadcast [${shape}] [${stretched}]`,
      inputs: [shaped(...shape), shaped(...stretched)],
      f: (a, b) => ops.mul(ops.tanh(a), ops.exp(b)),
    });
  }
  return [...cases, ...largeCases];
}

/** Sizes at which backends split the work among threads. */
const largeCases: readonly OpCase[] = [
  {
    name: 'matmul 130x170x90',
    inputs: [shaped(130, 170), shaped(170, 90)],
    f: (a, b) => ops.matmul(a, b),
  },
  {
    name: 'matmul 3x1000x10',
    inputs: [shaped(3, 1000), shaped(1000, 10)],
    f: (a, b) => ops.matmul(a, b),
  },
  { name: 'tanh of 40009', inputs: [shaped(40009)], f: ops.tanh },
  { name: 'sum of 40009', inputs: [shaped(40009)], f: (x) => ops.sum(x) },
  { name: 'mean over rows', inputs: [shaped(301, 130)], f: (x) => ops.mean(x, 0) },
  { name: 'softmax of rows', inputs: [shaped(130, 301)], f: (x) => ops.softmax(x) },
  {
    name: 'large concat',
    inputs: [shaped(129, 65), shaped(129, 130)],
    f: (a, b) => ops.concat([a, b], 1),
  },
  {
    name: 'large gather',
    inputs: [shaped(1000, 33), integers(1000, 700)],
    f: (x, i) => ops.gather(x, i),
  },
  {
    name: 'large pool',
    inputs: [distinct(4, 30, 31, 17)],
    f: (x) => ops.maxPool2d(x, 2, { padding: 'same' }),
  },
];

type PickNumber = (low: number, high: number) => number;

function randomConvolution(pick: PickNumber): OpCase {
  const groups = pick(0, 3) ? 1 : pick(1, 4);
  const depthwise = pick(0, 7) === 0;
  const channels = groups * pick(1, depthwise ? 1 : 9);
  const filters = groups * pick(1, 9);
  const window = [pick(1, 5), pick(1, 5)];
  const dilation = [pick(1, 2), pick(1, 2)];
  const size = window.map((n, axis) => (n - 1) * dilation[axis] + pick(1, 9));
  const strides = [pick(1, 3), pick(1, 3)];
  const same = pick(0, 1) === 0;
  const padding = same ? ('same' as const) : [pick(0, 2), pick(0, 2)];
  const activation = pick(0, 1) ? ('relu' as const) : null;
  const options = { strides, dilation, padding, groups, activation };
  const image = [pick(1, 3), ...size, channels];
  const filter = [...window, channels / groups, filters];
  return {
    name: `conv2d [${image}] [${filter}] ${JSON.stringify(options)}`,
    inputs: [shaped(...image), shaped(...filter), shaped(filters)],
    f: (x, w, bias) => ops.conv2d(x, w, { ...options, bias }),
  };
}

/**
 * The window that backends have fast algorithms for, on images and channels large enough for them.
 */
function randomThreeByThree(pick: PickNumber): OpCase {
  const [channels, filters] = [pick(1, 40), pick(1, 40)];
  const image = [pick(1, 4), pick(3, 20), pick(3, 20), channels];
  const padding = pick(0, 1) ? ('same' as const) : ('valid' as const);
  const activation = pick(0, 1) ? ('relu' as const) : null;
  return {
    name: `conv2d 3x3 [${image}] to ${filters}, ${padding}, ${activation}`,
    inputs: [shaped(...image), shaped(3, 3, channels, filters), shaped(filters)],
    f: (x, w, bias) => ops.conv2d(x, w, { padding, activation, bias }),
  };
}

function randomPool(pick: PickNumber): OpCase {
  const window = [pick(1, 4), pick(1, 4)];
  const image = [pick(1, 3), window[0] + pick(0, 8), window[1] + pick(0, 8), pick(1, 9)];
  const options = {
    strides: [pick(1, 3), pick(1, 3)],
    padding: pick(0, 1) ? ('same' as const) : ('valid' as const),
  };
  const countPadding = pick(0, 1) === 0;
  const largest = pick(0, 1) === 0;
  const kind = largest ? 'max' : countPadding ? 'padded avg' : 'avg';
  return {
    name: `${kind} pool2d [${image}] [${window}] ${JSON.stringify(options)}`,
    inputs: [distinct(...image)],
    f: (x) =>
      largest
        ? ops.maxPool2d(x, window, options)
        : ops.avgPool2d(x, window, { ...options, countPadding }),
  };
}

function randomReduction(pick: PickNumber): OpCase {
  const rank = pick(1, 4);
  const shape = Array.from({ length: rank }, () => pick(1, 12));
  const axes = shape.map((_, axis) => axis).filter(() => pick(0, 1));
  const names = Object.keys(reductions).filter((name) => name !== 'prod' && name !== 'std');
  const name = names[pick(0, names.length - 1)] as keyof typeof reductions;
  return {
    name: `${name} [${shape}] over [${axes}]`,
    inputs: [distinct(...shape)],
    f: (x) => reductions[name](x, axes),
  };
}
