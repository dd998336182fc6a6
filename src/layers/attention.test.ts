import { expect, test } from 'vitest';
import '../backends/index.ts';
import { random, tensor } from '../ops/index.ts';
import * as layers from './index.ts';

test('a causal mask hides later steps', () => {
  const layer = layers.multiHeadAttention(2, 2);
  const x = random.normal([1, 4, 3], { seed: 1 });
  const [, scores] = layer.apply([x, x], { useCausalMask: true, returnAttentionScores: true });
  const [[rows]] = scores.toArray() as number[][][][];
  rows.forEach((row, i) => {
    expect(row.slice(i + 1).every((share) => share === 0)).toBe(true);
    expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });
});

test('query and value may be given apart', () => {
  const layer = layers.multiHeadAttention({ numHeads: 1, keyDim: 2 });
  const [q, v] = [random.normal([1, 2, 3], { seed: 1 }), random.normal([1, 4, 3], { seed: 2 })];
  expect(layer.apply(q, { value: v }).toArray()).toEqual(layer.apply([q, v]).toArray());
});

test('masks of the values rule steps out', () => {
  const x = tensor([[[1], [2], [3]]]);
  layers.setMask(x, tensor([[true, true, false]]));
  const y = layers.attention().apply([x, x], { returnAttentionScores: true });
  const [[row]] = y[1].toArray() as number[][][];
  expect(row[2]).toBe(0);
});

test('heads that do not divide are refused', () => {
  expect(() =>
    layers.groupQueryAttention({ headDim: 2, numQueryHeads: 3, numKeyValueHeads: 2, name: 'g' }),
  ).toThrow('g: numQueryHeads (3) must be a multiple of numKeyValueHeads (2)');
});

/** Numbers of a wave, in a shape: inputs and weights that the peer was given, too. */
const wave = (f: (x: number) => number, step: number, shape: readonly number[], from = 0) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(Array.from({ length: size }, (_, i) => f((from + i) * step))).reshape(shape);
};

// Made with Keras 3.15.1: the second sample's result, without and with a causal mask.
test.each([
  [
    'multiHeadAttention',
    () => layers.multiHeadAttention(2, 3, { valueDim: 2, useGate: true, slidingWindow: 2 }),
    [0.538806, 0.415428, 0.096668, 0.538584, 0.41091, 0.089979, 0.565571, 0.435876, 0.101181],
    [0.537987, 0.413189, 0.094062, 0.532385, 0.40616, 0.088911, 0.555665, 0.428594, 0.09995],
  ],
  [
    'groupQueryAttention',
    () => layers.groupQueryAttention(2, 4, 2, { useGate: true, slidingWindow: 2 }),
    [0.278389, -0.018892, -0.307287, 0.240982, -0.037334, -0.298091, 0.227363, -0.051365],
    [0.263841, -0.072129, -0.374176, 0.258837, -0.031659, -0.307266, 0.261561, 0.007195],
  ],
] as const)('%s with a gate and a window is that of Keras', (_, make, free, causal) => {
  const layer = make();
  const query = wave(Math.cos, 0.9, [2, 4, 3]);
  const value = wave(Math.sin, 0.4, [2, 5, 3]);
  layer.apply([query, value]);
  expect(layer.weights.map(({ path }) => path.split('/')[1])).toEqual(
    ['query', 'key', 'gate', 'value', 'attention_output'].flatMap((name) => [name, name]),
  );
  let from = 0;
  const weights = layer.weights.map(({ shape, size }) => {
    from += size;
    return wave((x) => Math.sin(x) * 0.5, 0.7, shape, from - size);
  });
  layer.setWeights(weights);
  for (const [expected, useCausalMask] of [
    [free, false],
    [causal, true],
  ] as const) {
    const result = layer.apply([query, value], { useCausalMask }).dataSync();
    expected.forEach((number, i) => {
      expect(result[12 + i]).toBeCloseTo(number, 5);
    });
  }
});
