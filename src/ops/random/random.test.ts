import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { setBackend } from '../../backends/index.ts';
import { Scope } from '../../tensor/index.ts';
import {
  assign,
  dropout,
  fromData,
  getRandomState,
  ones,
  random,
  setRandomState,
  setSeed,
  tensor,
  withStepKey,
} from '../index.ts';
import '../methods.ts';

beforeAll(async () => {
  await setBackend('cpu');
});
afterEach(() => setSeed(0));

const numbers = (shape = [4]) => Array.from(random.uniform(shape).dataSync());

describe('the stream', () => {
  test('the same seed gives the same numbers, each call others', () => {
    setSeed(7);
    const [a, b] = [numbers(), numbers()];
    setSeed(7);
    expect([numbers(), numbers()]).toEqual([a, b]);
    expect(a).not.toEqual(b);
    setSeed(8);
    expect(numbers()).not.toEqual(a);
  });

  test('large seeds count with all their bits', () => {
    setSeed(5);
    const low = numbers();
    setSeed(5 + 2 ** 40);
    expect(numbers()).not.toEqual(low);
  });

  test('goes on from a saved state', () => {
    setSeed(3);
    numbers();
    const state = JSON.parse(JSON.stringify(getRandomState()));
    const next = numbers();
    setSeed(99);
    setRandomState(state);
    expect(numbers()).toEqual(next);
  });

  test('numbers with a seed of their own repeat and do not move the stream', () => {
    setSeed(1);
    const plain = numbers();
    setSeed(1);
    const own = random.uniform([4], { seed: 12 }).toArray();
    expect(random.uniform([4], { seed: 12 }).toArray()).toEqual(own);
    expect(random.uniform([4], { seed: 13 }).toArray()).not.toEqual(own);
    expect(numbers()).toEqual(plain);
  });

  test('numbers do not change from version to version', () => {
    setSeed(42);
    const first = Array.from(random.uniform([3]).dataSync(), (x) => x * 2 ** 24);
    const permuted = random.permutation(8).toArray();
    expect([first, permuted]).toMatchInlineSnapshot(`
      [
        [
          1170497,
          1983807,
          5631369,
        ],
        [
          6,
          4,
          2,
          3,
          1,
          7,
          5,
          0,
        ],
      ]
    `);
  });
});

describe('a step key', () => {
  const draw = () => [random.uniform([2]).toArray(), random.normal([2]).toArray()];

  test('keys all draws, told apart by their order', () => {
    const key = fromData(Int32Array.of(1, 2), [2]);
    const [a, b] = withStepKey(key, () => [numbers(), numbers()]);
    expect(a).not.toEqual(b);
    expect(withStepKey(key, () => [numbers(), numbers()])).toEqual([a, b]);
    assign(key, [1, 3]);
    expect(withStepKey(key, () => [numbers(), numbers()])).not.toEqual([a, b]);
  });

  test('does not move the program stream and nests', () => {
    const key = fromData(Int32Array.of(1, 2), [2]);
    const before = getRandomState();
    withStepKey(key, () => {
      draw();
      const inner = fromData(Int32Array.of(5, 6), [2]);
      const outerNext = withStepKey(inner, draw);
      expect(draw()).not.toEqual(outerNext);
    });
    expect(getRandomState()).toEqual(before);
  });

  test('an own seed stands for the place in the order', () => {
    const key = fromData(Int32Array.of(1, 2), [2]);
    const seeded = () => random.uniform([3], { seed: 4 }).toArray();
    const [first, second] = withStepKey(key, () => [seeded(), seeded()]);
    expect(first).toEqual(second);
    assign(key, [9, 9]);
    expect(withStepKey(key, seeded)).not.toEqual(first);
  });
});

describe('distributions', () => {
  const size = 40000;
  const statistics = (x: ReturnType<typeof random.normal>) => {
    const data = x.dataSync();
    return {
      mean: x.mean().item(),
      std: x.std().item(),
      low: Math.min(...data),
      high: Math.max(...data),
    };
  };

  test('uniform', () => {
    const { mean, std, low, high } = statistics(random.uniform([size], { minval: -1, maxval: 3 }));
    expect(mean).toBeCloseTo(1, 1);
    expect(std).toBeCloseTo(4 / Math.sqrt(12), 1);
    expect(low).toBeGreaterThanOrEqual(-1);
    expect(high).toBeLessThan(3);
  });

  test('normal', () => {
    const { mean, std, high } = statistics(random.normal([size], { mean: 2, stddev: 0.5 }));
    expect(Math.abs(mean - 2)).toBeLessThan(0.01);
    expect(Math.abs(std - 0.5)).toBeLessThan(0.01);
    expect(high).toBeGreaterThan(3.5);
    expect(random.normal([2], { dtype: 'float64' }).dtype).toBe('float64');
  });

  test('truncatedNormal stays within two deviations', () => {
    const { mean, std, low, high } = statistics(random.truncatedNormal([size], { stddev: 3 }));
    expect(Math.abs(mean)).toBeLessThan(0.05);
    // The deviation of a normal distribution cut at 2 is 0.8796.
    expect(Math.abs(std - 3 * 0.87963)).toBeLessThan(0.03);
    expect(Math.max(-low, high)).toBeLessThanOrEqual(6);
    expect(Math.max(-low, high)).toBeGreaterThan(5.9);
  });

  test('bernoulli', () => {
    const x = random.bernoulli([size], { p: 0.3 });
    expect(x.dtype).toBe('bool');
    expect(Math.abs(x.mean().item() - 0.3)).toBeLessThan(0.01);
    expect(random.bernoulli([9], { p: 1, dtype: 'float32' }).sum().item()).toBe(9);
    expect(random.bernoulli([9], { p: 0 }).any().item()).toBe(0);
  });

  test('randint', () => {
    const x = random.randint([size], -2, 5);
    const counts = new Map<number, number>();
    for (const n of x.dataSync()) counts.set(n, (counts.get(n) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3, 4]);
    for (const count of counts.values()) expect(Math.abs(count - size / 7)).toBeLessThan(300);
    expect(random.randint([2], 0, 2, { dtype: 'uint8' }).dtype).toBe('uint8');
  });

  test('categorical', () => {
    const draws = random.categorical(tensor([[0, Math.log(3), Number.NEGATIVE_INFINITY]]), size);
    expect(draws.shape).toEqual([1, size]);
    expect(Math.abs(draws.mean().item() - 0.75)).toBeLessThan(0.01);
    expect(draws.max().item()).toBe(1);
  });

  test('permutation and shuffle', () => {
    const order = random.permutation(100).dataSync();
    expect(Array.from(order).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
    expect(random.permutation(5, { seed: 1 }).toArray()).toEqual(
      random.permutation(5, { seed: 1 }).toArray(),
    );
    const rows = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const shuffled = random.shuffle(rows, { seed: 2 }).toArray() as number[][];
    expect(shuffled.sort((a, b) => a[0] - b[0])).toEqual(rows.toArray());
    expect(random.permutation(0).shape).toEqual([0]);
    // Each of the 6 orders of 3 things comes equally often.
    const seen = new Map<string, number>();
    for (let i = 0; i < 1200; i++) {
      const key = String(random.permutation(3).toArray());
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    for (const count of seen.values()) expect(Math.abs(count - 200)).toBeLessThan(60);
  });
});

describe('dropout', () => {
  test('keeps the mean, drops the share, passes the gradient where it kept', () => {
    const x = ones([20000], { requiresGrad: true });
    const y = dropout(x, 0.25);
    const data = y.dataSync();
    expect(new Set(data)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    expect(Math.abs(y.mean().item() - 1)).toBeLessThan(0.02);
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual(y.toArray());
  });

  test('edges', () => {
    const x = ones([3]);
    expect(dropout(x, 0)).toBe(x);
    expect(dropout(x, 1).toArray()).toEqual([0, 0, 0]);
    const rows = dropout(ones([50, 4]), 0.5, { noiseShape: [50, 1] }).toArray() as number[][];
    for (const row of rows) expect(new Set(row).size).toBe(1);
  });

  test('its mask is freed with the step of its data', () => {
    const x = ones([2000]);
    const scope = new Scope();
    scope.adopt(x.storage);
    const y = dropout(x, 0.5);
    expect(y.storage.scope).toBe(scope);
  });
});
