import { describe, expect, test } from 'vitest';
import '../backends/index.ts';
import { serialize } from '../config/index.ts';
import { rememberLogits, setMask, softmax, tensor } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { checkGradient } from '../testing/index.ts';
import * as losses from './index.ts';

const oneHot = tensor([
  [0, 1, 0],
  [0, 0, 1],
]);
const shares = tensor([
  [0.05, 0.95, 0],
  [0.1, 0.8, 0.1],
]);
/** −log of the shares of the right classes. */
const lost = [-Math.log(0.95), -Math.log(0.1)];
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;

describe('crossentropy', () => {
  test('of one-hot labels and of class numbers', () => {
    const each = losses.categoricalCrossentropy(oneHot, shares).toArray() as number[];
    each.forEach((value, i) => {
      expect(value).toBeCloseTo(lost[i], 5);
    });
    const sparse = new losses.SparseCategoricalCrossentropy();
    expect(sparse.apply(tensor([1, 2]), shares).item()).toBeCloseTo(mean(lost), 5);
    expect(sparse.apply(tensor([[1], [2]]), shares).item()).toBeCloseTo(mean(lost), 5);
  });

  test('from logits is the one from their softmax', () => {
    const logits = tensor([
      [1, 2, 3],
      [0, -1, 1],
    ]);
    const a = new losses.CategoricalCrossentropy({ fromLogits: true }).apply(oneHot, logits);
    const b = new losses.CategoricalCrossentropy().apply(oneHot, tensor(softmax(logits).toArray()));
    expect(a.item()).toBeCloseTo(b.item(), 5);
  });

  test('remembers the logits of a softmax', () => {
    const logits = tensor([[-200, 0, 0]]);
    const hopeless = rememberLogits('softmax', logits, softmax(logits));
    expect(losses.categoricalCrossentropy([[1, 0, 0]], hopeless).toArray()).toEqual([
      expect.closeTo(200 + Math.log(2), 3),
    ]);
  });

  test('smooths labels', () => {
    const loss = new losses.CategoricalCrossentropy({ labelSmoothing: 0.3 });
    const expected = -(0.8 * Math.log(0.7) + 0.1 * Math.log(0.2) + 0.1 * Math.log(0.1));
    expect(loss.apply([[1, 0, 0]], [[0.7, 0.2, 0.1]]).item()).toBeCloseTo(expected, 5);
  });

  test('leaves out a class that is to be ignored', () => {
    const loss = new losses.SparseCategoricalCrossentropy({ ignoreClass: -1 });
    expect(loss.apply(tensor([1, -1], { dtype: 'int32' }), shares).item()).toBeCloseTo(lost[0], 5);
  });

  test('binary', () => {
    const loss = new losses.BinaryCrossentropy();
    const expected = -(Math.log(0.9) + Math.log(0.8)) / 2;
    expect(loss.apply([[1, 0]], [[0.9, 0.2]]).item()).toBeCloseTo(expected, 5);
  });
});

test('differences', () => {
  const [y, p] = [tensor([[0, 2]]), tensor([[1, 4]])];
  const item = (x: Tensor) => x.toArray() as number[];
  expect(item(losses.meanSquaredError(y, p))).toEqual([2.5]);
  expect(item(losses.meanAbsoluteError(y, p))).toEqual([1.5]);
  expect(item(losses.huber(y, p, { delta: 1.5 }))).toEqual([(0.5 + 1.5 * 2 - 1.125) / 2]);
  expect(item(losses.hinge(tensor([[0, 1]]), tensor([[-2, 0.25]])))[0]).toBeCloseTo(0.375);
  expect(item(losses.poisson(tensor([[1]]), tensor([[Math.E]])))[0]).toBeCloseTo(Math.E - 1, 5);
});

describe('reduction', () => {
  const [y, p] = [tensor([[0], [0], [0]]), tensor([[1], [2], [3]])];
  const weights = tensor([1, 0, 3]);
  test.each([
    ['sum_over_batch_size', 14 / 3, 28 / 3],
    ['sum', 14, 28],
    ['mean', 14 / 3, 28 / 3],
    ['mean_with_sample_weight', 14 / 3, 7],
  ] as const)('%s', (reduction, plain, weighted) => {
    const loss = new losses.MeanSquaredError({ reduction });
    expect(loss.apply(y, p).item()).toBeCloseTo(plain, 5);
    expect(loss.apply(y, p, weights).item()).toBeCloseTo(weighted, 5);
  });

  test('none', () => {
    const loss = new losses.MeanSquaredError({ reduction: 'none' });
    expect(loss.apply(y, p, weights).toArray()).toEqual([1, 0, 27]);
  });

  test('counts what a mask lets through', () => {
    const masked = tensor([[1], [2], [3]]);
    setMask(masked, tensor([true, false, true]));
    expect(new losses.MeanSquaredError().apply(y, masked).item()).toBeCloseTo(5, 5);
  });

  test('of weights that do not fit', () => {
    expect(() => new losses.MeanSquaredError().apply(y, p, [1, 2])).toThrow(
      'sample weights of shape [2] do not fit losses of shape [3]',
    );
  });
});

test.each([
  ['mse', losses.meanSquaredError],
  ['logCosh', losses.logCosh],
  ['huber', losses.huber],
  ['cosineSimilarity', losses.cosineSimilarity],
] as const)('gradient of %s', (_, loss) => {
  const y = tensor([[0.2, -0.4, 1.3]], { dtype: 'float64' });
  const x = tensor([[0.5, 0.1, -0.7]], { dtype: 'float64' });
  checkGradient((p) => loss(y, p).sum(), [x]);
});

describe('losses by name', () => {
  test.each([
    ['mse', 'MeanSquaredError'],
    ['mean_squared_error', 'MeanSquaredError'],
    ['sparseCategoricalCrossentropy', 'SparseCategoricalCrossentropy'],
    ['kl_divergence', 'KLDivergence'],
  ])('%s', (name, className) => {
    expect(losses.getLoss(name).className).toBe(className);
  });

  test('as functions of their own', () => {
    const double = (y: Tensor, p: Tensor) => y.sub(p).abs().mul(2);
    const loss = losses.getLoss(double);
    expect([loss.name, loss.apply([1, 2], [2, 4]).item()]).toEqual(['double', 3]);
    expect(losses.getLoss(losses.hinge as never)).toBeInstanceOf(losses.Hinge);
  });

  test('in files', () => {
    const file = serialize(new losses.Huber({ delta: 2, reduction: 'sum' }));
    expect(file).toMatchObject({
      class_name: 'Huber',
      config: { name: 'huber_loss', reduction: 'sum', delta: 2 },
    });
    expect(serialize(losses.getLoss(JSON.parse(JSON.stringify(file))))).toEqual(file);
  });
});
