import { beforeAll, describe, expect, test } from 'vitest';
import { grad, gradients } from '../../autograd/index.ts';
import { setBackend } from '../../backends/index.ts';
import type { DType, Tensor } from '../../tensor/index.ts';
import * as ops from '../index.ts';
import '../methods.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

const nan = Number.NaN;

describe('reductions', () => {
  test('types of sums: small integers grow to int32', () => {
    const rows: readonly (readonly [DType, DType])[] = [
      ['bool', 'int32'],
      ['uint8', 'int32'],
      ['int16', 'int32'],
      ['int64', 'int64'],
      ['float16', 'float16'],
      ['float64', 'float64'],
    ];
    for (const [dtype, sum] of rows) {
      const x = ops.ones([300], { dtype });
      expect([x.sum().dtype, x.sum().item()]).toEqual([sum, 300]);
    }
    expect(ops.prod(ops.tensor([200, 200], { dtype: 'uint8' })).item()).toBe(40000);
    expect(ops.max(ops.tensor([200, 100], { dtype: 'uint8' })).dtype).toBe('uint8');
  });

  test('means: exact where they can be, float32 of integers, halves summed in float32', () => {
    expect(ops.mean(ops.ones([10])).item()).toBe(1);
    expect(ops.mean(ops.tensor([1, 2], { dtype: 'int32' })).item()).toBe(1.5);
    expect(ops.mean(ops.tensor([true, false])).item()).toBe(0.5);
    const half = ops.full([4000], 100, { dtype: 'float16' });
    expect([ops.mean(half).dtype, ops.mean(half).item()]).toEqual(['float16', 100]);
  });

  test('of nothing', () => {
    const none = ops.zeros([0, 2]);
    expect(ops.sum(none, 0).toArray()).toEqual([0, 0]);
    expect(ops.prod(none, 0).toArray()).toEqual([1, 1]);
    expect(ops.mean(none, 0).toArray()).toEqual([nan, nan]);
    expect(ops.max(none, 0).toArray()).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
    expect(ops.logSumExp(none, 0).toArray()).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
    expect(ops.sum(none, 1).shape).toEqual([0]);
    expect(ops.sum(ops.tensor(5)).item()).toBe(5);
    expect(ops.sum(ops.tensor([1, 2]), []).toArray()).toEqual([1, 2]);
  });

  test('NaN wins', () => {
    const x = ops.tensor([
      [1, nan],
      [2, 3],
    ]);
    expect(ops.max(x, 1).toArray()).toEqual([nan, 3]);
    expect(ops.min(x, 0).toArray()).toEqual([1, nan]);
    expect(ops.argmax(x, 1).toArray()).toEqual([1, 1]);
    expect(ops.argmin(x, 1).toArray()).toEqual([1, 0]);
    expect(ops.sort([3, nan, 1]).toArray()).toEqual([1, 3, nan]);
    expect(ops.cummax([1, nan, 2]).toArray()).toEqual([1, nan, nan]);
  });

  test('shapes', () => {
    const x = ops.ones([2, 3, 4]);
    expect(ops.sum(x, [0, -1]).shape).toEqual([3]);
    expect(ops.sum(x, [0, -1], { keepDims: true }).shape).toEqual([1, 3, 1]);
    expect(ops.sum(x, null, { keepDims: true }).shape).toEqual([1, 1, 1]);
    expect(ops.argmax(x, 1, { keepDims: true }).shape).toEqual([2, 1, 4]);
    expect(ops.argmax(x, null, { keepDims: true }).shape).toEqual([1, 1, 1]);
    expect(ops.argmax(x).dtype).toBe('int32');
  });

  test('equal maxima share the gradient; the product has one at zeros', () => {
    const x = ops.tensor([
      [1, 3, 3],
      [2, 2, 2],
    ]);
    expect(grad((t) => ops.max(t, 1).sum())(x).toArray()).toEqual([
      [0, 0.5, 0.5],
      [1, 1, 1].map((v) => Math.fround(v / 3)),
    ]);
    const slope = grad((t) => ops.prod(t));
    expect(slope(ops.tensor([2, 0, 3])).toArray()).toEqual([0, 6, 0]);
    expect(slope(ops.tensor([0, 0, 3])).toArray()).toEqual([0, 0, 0]);
    const cumulative = grad((t) => ops.cumprod(t).sum());
    expect(cumulative(ops.tensor([2, 0, 3])).toArray()).toEqual([1, 8, 0]);
  });

  test('extreme numbers', () => {
    const big = ops.tensor([1e4, -1e4, 1e4]);
    expect(ops.logSumExp(big).item()).toBeCloseTo(1e4 + Math.log(2), 2);
    expect(ops.softmax(big).toArray()).toEqual([0.5, 0, 0.5]);
    const infinite = ops.tensor([Number.NEGATIVE_INFINITY, 0]);
    expect(ops.softmax(infinite).toArray()).toEqual([0, 1]);
    expect(ops.logSumExp(ops.full([2], Number.NEGATIVE_INFINITY)).item()).toBe(
      Number.NEGATIVE_INFINITY,
    );
    expect(ops.logSumExp(ops.tensor([Number.POSITIVE_INFINITY, 0])).item()).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(grad((x) => ops.norm(x))(ops.zeros([3])).toArray()).toEqual([0, 0, 0]);
    expect(ops.normalize(ops.zeros([2])).toArray()).toEqual([0, 0]);
  });

  test('variance in two passes keeps its digits', () => {
    const x = ops.tensor([10000, 10001, 10002]);
    expect(ops.variance(x).item()).toBeCloseTo(2 / 3, 6);
    expect(ops.moments(x, 0).mean.item()).toBe(10001);
    expect(ops.variance(ops.tensor([1, 2], { dtype: 'int32' })).item()).toBe(0.25);
  });
});

describe('order', () => {
  test('sorting is stable and keeps indices apart from values', () => {
    const x = ops.tensor([2, 1, 2, 1], { dtype: 'int32' });
    expect(ops.argsort(x).toArray()).toEqual([1, 3, 0, 2]);
    expect(ops.argsort(x, -1, { descending: true }).toArray()).toEqual([0, 2, 1, 3]);
    expect(ops.sort(ops.tensor(3)).toArray()).toBe(3);
    const { values, indices } = ops.topK([[1, 9, 9, 3]], 3);
    expect([values.toArray(), indices.toArray()]).toEqual([[[9, 9, 3]], [[1, 2, 3]]]);
    expect(ops.topK([1, 2], 0).values.shape).toEqual([0]);
  });

  test('indices of a sort are off the tape', () => {
    const x = ops.tensor([2, 1], { requiresGrad: true });
    expect(ops.argsort(x).requiresGrad).toBe(false);
    expect(ops.topK(x, 1).indices.requiresGrad).toBe(false);
  });

  test('running extremes pass gradients to the first of equal ones', () => {
    const x = ops.tensor([1, 3, 3, 2]);
    expect(grad((t) => ops.cummax(t).sum())(x).toArray()).toEqual([1, 3, 0, 0]);
    expect(
      ops
        .cumsum(
          ops.tensor([
            [1, 2],
            [3, 4],
          ]),
        )
        .toArray(),
    ).toEqual([1, 3, 6, 10]);
    expect(ops.cumsum(ops.tensor([true, true])).toArray()).toEqual([1, 2]);
  });
});

describe('cross-entropies', () => {
  const both = (f: (labels: Tensor, logits: Tensor) => Tensor, labels: Tensor, logits: Tensor) => {
    logits.requiresGrad = true;
    const loss = f(labels, logits);
    const [slope] = gradients([loss], [logits]) as Tensor[];
    return [loss.toArray(), slope.toArray()];
  };

  test('saturated logits give finite losses and slopes', () => {
    const onehot = ops.tensor([
      [0, 1],
      [1, 0],
    ]);
    const logits = () =>
      ops.tensor([
        [1e4, -1e4],
        [1e4, -1e4],
      ]);
    const expected = [
      [20000, 0],
      [
        [1, -1],
        [0, 0],
      ],
    ];
    expect(both(ops.softmaxCrossEntropyWithLogits, onehot, logits())).toEqual(expected);
    const numbers = ops.tensor([1, 0], { dtype: 'int32' });
    expect(both(ops.sparseSoftmaxCrossEntropyWithLogits, numbers, logits())).toEqual(expected);
    expect(
      both(ops.sigmoidCrossEntropyWithLogits, ops.tensor([1, 0, 1]), ops.tensor([-1e4, -1e4, 1e4])),
    ).toEqual([
      [1e4, 0, 0],
      [-1, 0, 0],
    ]);
  });

  test('a class that does not exist counts as none', () => {
    const logits = ops.tensor([
      [1, 2],
      [3, 4],
    ]);
    const labels = ops.tensor([-1, 2], { dtype: 'int32' });
    expect(both(ops.sparseSoftmaxCrossEntropyWithLogits, labels, logits)).toEqual([
      [0, 0],
      [
        [0, 0],
        [0, 0],
      ],
    ]);
  });

  test('axes in front are kept', () => {
    const logits = ops.zeros([2, 3, 4]);
    const labels = ops.zeros([2, 3], { dtype: 'uint8' });
    const loss = ops.sparseSoftmaxCrossEntropyWithLogits(labels, logits);
    expect(loss.shape).toEqual([2, 3]);
    expect((loss.toArray() as number[][])[1][2]).toBeCloseTo(Math.log(4), 6);
  });
});
