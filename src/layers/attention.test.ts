import { describe, expect, test } from 'vitest';
import '../backends/index.ts';
import { random, tensor } from '../ops/index.ts';
import { checkLayer } from '../testing/index.ts';
import * as layers from './index.ts';

const inputShape = [
  [2, 3, 4],
  [2, 5, 4],
];
const cases: Record<string, [() => layers.Layer, Parameters<typeof checkLayer>[1]]> = {
  attention: [() => layers.attention({ useScale: true }), { inputShape }],
  'attention, concatenated': [() => layers.attention({ scoreMode: 'concat' }), { inputShape }],
  additiveAttention: [() => layers.additiveAttention(), { inputShape }],
  multiHeadAttention: [() => layers.multiHeadAttention(2, 3, { valueDim: 2 }), { inputShape }],
  'multiHeadAttention over two axes': [
    () => layers.multiHeadAttention(2, 2, { attentionAxes: [1, 2] }),
    {
      inputShape: [
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ],
    },
  ],
  groupQueryAttention: [() => layers.groupQueryAttention(2, 4, 2), { inputShape }],
};

describe('checkLayer', () => {
  test.each(Object.entries(cases))('%s', async (_, [make, options]) => {
    await expect(checkLayer(make, options)).resolves.toBeUndefined();
  });
});

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
