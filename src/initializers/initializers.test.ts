import { describe, expect, test } from 'vitest';
import '../backends/index.ts';
import { serialize } from '../config/index.ts';
import { setSeed } from '../ops/random/state.ts';
import * as initializers from './index.ts';

const numbers = (values: Iterable<number>) => {
  const list = [...values];
  const mean = list.reduce((a, b) => a + b) / list.length;
  const variance = list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / list.length;
  return { mean, variance, largest: Math.max(...list.map(Math.abs)) };
};

// A kernel of 3 x 3 places, 16 channels in and 32 out.
const shape = [3, 3, 16, 32];
const [fanIn, fanOut] = [144, 288];

test('fans count what an output sees and what an input reaches', () => {
  expect(initializers.computeFans(shape)).toEqual({ fanIn, fanOut });
  expect(initializers.computeFans([5, 7])).toEqual({ fanIn: 5, fanOut: 7 });
});

describe.each([
  ['glorotUniform', initializers.glorotUniform, 2 / (fanIn + fanOut), Math.sqrt(3)],
  ['glorotNormal', initializers.glorotNormal, 2 / (fanIn + fanOut), 2 / 0.87962566],
  ['heUniform', initializers.heUniform, 2 / fanIn, Math.sqrt(3)],
  ['heNormal', initializers.heNormal, 2 / fanIn, 2 / 0.87962566],
  ['lecunUniform', initializers.lecunUniform, 1 / fanIn, Math.sqrt(3)],
  ['lecunNormal', initializers.lecunNormal, 1 / fanIn, 2 / 0.87962566],
] as const)('%s', (_, make, variance, bound) => {
  test('keeps the variance and the bound', () => {
    const drawn = numbers(make({ seed: 3 }).call(shape).dataSync());
    const deviation = Math.sqrt(variance);
    expect(Math.abs(drawn.mean)).toBeLessThan(0.05 * deviation);
    expect(drawn.variance / variance).toBeCloseTo(1, 1);
    expect(drawn.largest).toBeLessThanOrEqual(bound * deviation * 1.0001);
  });
});

describe('random values', () => {
  test('are the same for the same seed', () => {
    const draw = (seed: number) => initializers.heNormal({ seed }).call([4, 5]).toArray();
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test("come from the program's generator without a seed", () => {
    const draw = () => {
      setSeed(5);
      const first = initializers.glorotUniform().call([2, 3]).toArray();
      return [first, initializers.glorotUniform().call([2, 3]).toArray()];
    };
    const [first, second] = draw();
    expect(first).not.toEqual(second);
    expect(draw()).toEqual([first, second]);
  });

  test('orthogonal columns', () => {
    const q = initializers.orthogonal({ gain: 2, seed: 1 }).call([6, 4], 'float64');
    const product = q.transpose().matmul(q).toArray() as number[][];
    product.forEach((row, i) => {
      row.forEach((value, j) => {
        expect(value).toBeCloseTo(i === j ? 4 : 0, 5);
      });
    });
  });
});

test('fixed values', () => {
  expect(initializers.zeros().call([2]).toArray()).toEqual([0, 0]);
  expect(initializers.ones().call([2], 'int32').toArray()).toEqual([1, 1]);
  expect(initializers.constant(2.5).call([]).item()).toBe(2.5);
  expect(initializers.identity(3).call([2, 3]).toArray()).toEqual([
    [3, 0, 0],
    [0, 3, 0],
  ]);
});

test('names of initializers', () => {
  for (const name of ['he_normal', 'heNormal', 'HeNormal']) {
    expect(initializers.getInitializer(name)).toBeInstanceOf(initializers.HeNormal);
  }
  const file = serialize(initializers.truncatedNormal({ stddev: 0.1, seed: 7 }));
  expect(serialize(initializers.getInitializer(file))).toEqual(file);
  const own = initializers.getInitializer((shape, dtype) =>
    initializers.ones().call(shape, dtype).mul(7),
  );
  expect(own.call([1]).toArray()).toEqual([7]);
});
