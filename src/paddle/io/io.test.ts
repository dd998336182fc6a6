import { describe, expect, test } from 'vitest';
import { getBackend } from '../../backends/index.ts';
import { DataLoader as HostLoader } from '../../data/index.ts';
import { setSeed } from '../../ops/index.ts';
import { batch } from '../batch.ts';
import * as paddle from '../index.ts';
import type { Tensor } from '../tensor.ts';
import {
  BatchSampler,
  ChainDataset,
  ComposeDataset,
  ConcatDataset,
  DataLoader,
  Dataset,
  IterableDataset,
  RandomSampler,
  randomSplit,
  Subset,
  SubsetRandomSampler,
  TensorDataset,
  WeightedRandomSampler,
} from './index.ts';

class Squares extends Dataset<[Float32Array, number]> {
  getItem(i: number): [Float32Array, number] {
    return [Float32Array.of(i, -i), i * i];
  }
  get length(): number {
    return 10;
  }
}

const listOf = (tensor: Tensor): number[] => Array.from(tensor.numpy());
const labelsOf = (loader: Iterable<Tensor[]>): number[][] =>
  [...loader].map(([, labels]) => listOf(labels));

describe('DataLoader', () => {
  test('gives batches as tensors, the last with the rest', () => {
    const loader = new DataLoader(new Squares(), { batchSize: 4 });
    expect(loader.length).toBe(3);
    const shapes: unknown[] = [];
    for (const [x, y] of loader) {
      expect([x.dtype, y.dtype]).toEqual(['float32', 'int64']);
      shapes.push([x.shape, listOf(y)]);
    }
    expect(shapes).toEqual([
      [
        [4, 2],
        [0, 1, 4, 9],
      ],
      [
        [4, 2],
        [16, 25, 36, 49],
      ],
      [
        [2, 2],
        [64, 81],
      ],
    ]);
    expect(new DataLoader(new Squares(), { batchSize: 4, dropLast: true }).length).toBe(2);
  });

  test('shuffles anew in each pass, by the seed', () => {
    const passes = (): number[][] => {
      setSeed(5);
      const loader = new DataLoader(new Squares(), { batchSize: 5, shuffle: true });
      return [labelsOf(loader).flat(), labelsOf(loader).flat()];
    };
    const [first, second] = passes();
    expect(first).not.toEqual(second);
    expect([...first].sort((a, b) => a - b)).toEqual([0, 1, 4, 9, 16, 25, 36, 49, 64, 81]);
    expect(passes()).toEqual([first, second]);
  });

  test('of tensors copies rows, and is the same as sample by sample', () => {
    const [x, y] = [paddle.reshape(paddle.arange(24), [6, 4]), paddle.arange(6)];
    const data = new TensorDataset([x, y]);
    const whole = [...new DataLoader(data, { batchSize: 4 })].map((b) => b.map(listOf));
    const single = [...new DataLoader(new Subset(data, [0, 1, 2, 3, 4, 5]), { batchSize: 4 })];
    expect(whole[1]).toEqual([
      [16, 17, 18, 19, 20, 21, 22, 23],
      [4, 5],
    ]);
    expect(single.length).toBe(2);
    const own = new DataLoader(data, { batchSize: 4, collateFn: (samples) => samples.length });
    expect([...own]).toEqual([4, 2]);
    expect((data.getItem(-1) as Tensor[]).map((t) => t.shape)).toEqual([[4], []]);
  });

  test('joins numbers, texts, objects and lists field by field', () => {
    const samples = [
      { image: [Float32Array.of(1), true], name: 'a', size: 0.5 },
      { image: [Float32Array.of(2), false], name: 'b', size: 1 },
    ];
    // biome-ignore lint/suspicious/noExplicitAny: each field has a form of its own
    const [joined] = [...new DataLoader<any>(samples, { batchSize: 2 })];
    expect(joined.name).toEqual(['a', 'b']);
    expect([joined.size.dtype, joined.image[1].dtype]).toEqual(['float32', 'bool']);
    expect(joined.image[0].shape).toEqual([2, 1]);
  });

  test('says what is wrong with samples', () => {
    const load = (samples: unknown[]) => () => [...new DataLoader(samples, { batchSize: 2 })];
    expect(load([Float32Array.of(1), Float32Array.of(1, 2)])).toThrow('sample 1 of a batch');
    expect(load([[1, 2], [1]])).toThrow('different numbers of fields');
    expect(load([1, 'x'])).toThrow('a number in one sample');
    expect(load([null, null])).toThrow('received null');
    expect(() => new DataLoader(new Squares(), { batchSize: 0 })).toThrow('whole number > 0');
    const batchSampler = new BatchSampler({ dataset: new Squares(), batchSize: 2 });
    expect(() => new DataLoader(new Squares(), { batchSampler, batchSize: 3 })).toThrow('excludes');
  });

  test('awaits samples that are promised', async () => {
    class Slow extends Squares {
      override getItem(i: number): never {
        return Promise.resolve(super.getItem(i)) as never;
      }
    }
    const loader = new DataLoader(new Slow(), { batchSize: 5 });
    expect(() => [...loader]).toThrow('for await');
    const labels: number[] = [];
    for await (const [, y] of loader) labels.push(...listOf(y));
    expect(labels).toHaveLength(10);
  });

  test('takes samples of iterable data sets as they come', async () => {
    class Lines extends IterableDataset<number> {
      override *[Symbol.iterator](): Generator<number> {
        yield* [1, 2, 3];
      }
    }
    const sums = [...new DataLoader<Tensor>(new Lines(), { batchSize: 2 })].map(listOf);
    expect(sums).toEqual([[1, 2], [3]]);
    const chained = new ChainDataset([new Lines(), new Lines()]);
    expect([...new DataLoader<Tensor>(chained, { batchSize: 4 })].map(listOf)).toHaveLength(2);
    expect(() => new DataLoader(new Lines(), { shuffle: true })).toThrow('order of its own');
    async function* later() {
      yield 1;
      yield 2;
    }
    const awaited: number[][] = [];
    for await (const x of new DataLoader<Tensor>(later(), { batchSize: 5 }))
      awaited.push(listOf(x));
    expect(awaited).toEqual([[1, 2]]);
  });

  test('frees a batch and what came of it when the next is asked for', () => {
    const rows = paddle.zeros([40, 5000]);
    const loader = new DataLoader(new TensorDataset([rows]), { batchSize: 1 });
    const before = getBackend().memory().used;
    let most = 0;
    for (const [x] of loader) {
      x.add(1).multiply(2);
      most = Math.max(most, getBackend().memory().used - before);
    }
    expect(most).toBeLessThan(8 * 20_000);
  });
});

test('a loop over another loader keeps memory level with toTensor', () => {
  const rows = new Float32Array(40 * 5000);
  const batches = HostLoader.of([{ data: rows, shape: [40, 5000] }] as const, { batchSize: 1 });
  const before = getBackend().memory().used;
  for (const [x] of batches) paddle.noGrad(() => paddle.toTensor(x).add(1));
  expect(getBackend().memory().used - before).toBeLessThan(20_000);
});

describe('data sets', () => {
  test('are cut, joined and put side by side', () => {
    const squares = new Squares();
    const joined = new ConcatDataset<[Float32Array, number]>([squares, new Subset(squares, [3])]);
    expect(joined.length).toBe(11);
    expect(joined.getItem(10)).toEqual(squares.getItem(3));
    expect(joined.getItem(-2)).toEqual(squares.getItem(9));
    expect(() => joined.getItem(11)).toThrow('there is no sample 11 among 11');
    expect(new ComposeDataset([squares, squares]).getItem(2)).toHaveLength(4);
    expect(() => new ComposeDataset([squares, joined])).toThrow('lengths');
  });

  test('are split by chance', () => {
    const [a, b] = randomSplit(new Squares(), [0.75, 0.25]);
    expect([a.length, b.length]).toEqual([8, 2]);
    expect([...a.indices, ...b.indices].sort((x, y) => x - y)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    expect(randomSplit(new Squares(), [4, 6]).map(({ length }) => length)).toEqual([4, 6]);
    expect(() => randomSplit(new Squares(), [4, 4])).toThrow('sum to the 10 samples');
  });
});

describe('samplers', () => {
  test('draw with and without replacement', () => {
    expect(new Set(new RandomSampler(new Squares()))).toHaveProperty('size', 10);
    const drawn = [...new RandomSampler(new Squares(), { replacement: true, numSamples: 50 })];
    expect(drawn).toHaveLength(50);
    expect(Math.max(...drawn)).toBeLessThan(10);
    expect([...new SubsetRandomSampler([4, 8])].sort()).toEqual([4, 8]);
    expect(() => new RandomSampler(new Squares(), { numSamples: 11 })).toThrow('replacement');
  });

  test('draw by weights', () => {
    const counts = [0, 0, 0];
    for (const i of new WeightedRandomSampler([0, 1, 3], 4000)) counts[i]++;
    expect(counts[0]).toBe(0);
    expect(counts[2] / counts[1]).toBeCloseTo(3, 0);
    const all = [...new WeightedRandomSampler([1, 2, 3], 3, false)].sort();
    expect(all).toEqual([0, 1, 2]);
    expect(() => new WeightedRandomSampler([0, 1], 2, false)).toThrow('need replacement');
  });

  test('make batches of places', () => {
    const sampler = new BatchSampler({ dataset: new Squares(), batchSize: 4 });
    expect([...sampler]).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect(sampler.length).toBe(3);
    const dropped = new BatchSampler({ sampler: [7, 8, 9], batchSize: 2, dropLast: true });
    expect([...dropped]).toEqual([[7, 8]]);
    expect(dropped.length).toBe(1);
    expect(() => new BatchSampler({ batchSize: 2 })).toThrow('either dataset or sampler');
  });
});

describe('paddle.batch', () => {
  test('gathers samples of a reader', () => {
    const reader = () => [1, 2, 3, 4, 5];
    expect([...batch(reader, 2)()]).toEqual([[1, 2], [3, 4], [5]]);
    expect([...batch(reader, { batchSize: 2, dropLast: true })()]).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(() => batch(reader, 0)).toThrow('batchSize must be a whole number > 0');
  });
});
