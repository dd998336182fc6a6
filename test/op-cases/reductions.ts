import * as ops from '../../src/ops/index.ts';
import type { Tensor } from '../../src/tensor/index.ts';
import { bools, distinct, integers, type OpCase, shaped } from './operand.ts';

export const reductions = {
  sum: ops.sum,
  mean: ops.mean,
  variance: ops.variance,
  std: ops.std,
  logSumExp: ops.logSumExp,
  norm: ops.norm,
  prod: ops.prod,
  max: ops.max,
  min: ops.min,
};

export const reductionCases: OpCase[] = [
  ...Object.entries(reductions).flatMap(([name, f]): OpCase[] =>
    (
      [
        [[5], undefined],
        [[3, 4], 0],
        [[3, 4], -1],
        [
          [2, 3, 2],
          [0, 2],
        ],
        [
          [2, 3, 2, 3],
          [1, 2],
        ],
        [[3, 1], 1],
        [[37], 0],
      ] as const
    ).map(([shape, axis]) => ({
      name: `${name} [${shape}] over ${axis}`,
      inputs: [name === 'std' && shape[1] === 1 ? shaped(3, 2) : distinct(...shape)],
      f: (x: Tensor) => f(x, axis, { keepDims: axis === 0 }),
      order: shape[0] === 37 ? 1 : 2,
    })),
  ),
  { name: 'sum of nothing', inputs: [shaped(0, 3)], f: (x) => ops.sum(x, 0) },
  { name: 'sum to nothing', inputs: [shaped(0, 3)], f: (x) => ops.sum(x, 1) },
  { name: 'sum of int32', inputs: [integers(9, 4, 5)], f: (x) => ops.sum(x, 0), order: 0 },
  { name: 'sum of bool', inputs: [bools(4, 5)], f: (x) => ops.sum(x), order: 0 },
  { name: 'any', inputs: [bools(3, 5)], f: (x) => ops.any(x, 1), order: 0 },
  { name: 'all', inputs: [bools(3, 2)], f: (x) => ops.all(x, 1), order: 0 },
  { name: 'any of nothing', inputs: [bools(3, 0)], f: (x) => ops.any(x, 1), order: 0 },
  { name: 'all of nothing', inputs: [bools(3, 0)], f: (x) => ops.all(x, 1), order: 0 },
  { name: 'countNonzero', inputs: [integers(2, 4, 6)], f: (x) => ops.countNonzero(x, 0), order: 0 },
  { name: 'norm 1', inputs: [distinct(3, 4)], f: (x) => ops.norm(x, 1, { order: 1 }) },
  { name: 'norm 3', inputs: [distinct(3, 4)], f: (x) => ops.norm(x, 1, { order: 3 }) },
  {
    name: 'norm inf',
    inputs: [distinct(3, 4)],
    f: (x) => ops.norm(x, 0, { order: Number.POSITIVE_INFINITY }),
  },
  { name: 'normalize', inputs: [shaped(3, 4)], f: (x) => ops.normalize(x) },
  {
    name: 'sample variance',
    inputs: [shaped(4, 3)],
    f: (x) => ops.variance(x, 0, { correction: 1 }),
  },
  { name: 'argmax', inputs: [distinct(4, 5)], f: (x) => ops.argmax(x, 0), order: 0 },
  { name: 'argmin', inputs: [distinct(4, 5)], f: (x) => ops.argmin(x, -1), order: 0 },
  { name: 'argmax of all', inputs: [distinct(3, 4)], f: (x) => ops.argmax(x), order: 0 },
  { name: 'softmax', inputs: [shaped(3, 5)], f: (x) => ops.softmax(x) },
  { name: 'softmax, first axis', inputs: [shaped(3, 2, 2)], f: (x) => ops.softmax(x, 0) },
  { name: 'logSoftmax', inputs: [shaped(3, 5)], f: (x) => ops.logSoftmax(x) },
  ...[0, 1, 2].flatMap((axis): OpCase[] => [
    { name: `cumsum ${axis}`, inputs: [shaped(2, 3, 2)], f: (x) => ops.cumsum(x, axis) },
    { name: `cumprod ${axis}`, inputs: [shaped(2, 3, 2)], f: (x) => ops.cumprod(x, axis) },
    { name: `cummax ${axis}`, inputs: [distinct(2, 3, 2)], f: (x) => ops.cummax(x, axis) },
    { name: `cummin ${axis}`, inputs: [distinct(2, 3, 2)], f: (x) => ops.cummin(x, axis) },
  ]),
  ...[true, false].flatMap((exclusive): OpCase[] =>
    [true, false].flatMap((reverse): OpCase[] => [
      {
        name: `cumsum exclusive ${exclusive} reverse ${reverse}`,
        inputs: [shaped(2, 5)],
        f: (x) => ops.cumsum(x, 1, { exclusive, reverse }),
      },
      {
        name: `cumprod exclusive ${exclusive} reverse ${reverse}`,
        inputs: [shaped(2, 5)],
        f: (x) => ops.cumprod(x, 1, { exclusive, reverse }),
      },
    ]),
  ),
  { name: 'sort', inputs: [distinct(3, 5)], f: (x) => ops.sort(x) },
  { name: 'sort, first axis', inputs: [distinct(5, 3)], f: (x) => ops.sort(x, 0) },
  { name: 'sort, all', inputs: [distinct(5, 3)], f: (x) => ops.sort(x, null) },
  {
    name: 'sort descending',
    inputs: [distinct(2, 3, 4)],
    f: (x) => ops.sort(x, -1, { descending: true }),
  },
  { name: 'argsort', inputs: [distinct(3, 7)], f: (x) => ops.argsort(x), order: 0 },
  { name: 'sort of int32', inputs: [integers(5, 3, 40)], f: (x) => ops.argsort(x), order: 0 },
  { name: 'topK', inputs: [distinct(3, 7)], f: (x) => ops.topK(x, 3).values },
  { name: 'topK indices', inputs: [distinct(3, 7)], f: (x) => ops.topK(x, 3).indices, order: 0 },
  {
    name: 'softmax cross-entropy',
    inputs: [{ shape: [3, 4], low: 0, high: 1 }, shaped(3, 4)],
    f: ops.softmaxCrossEntropyWithLogits,
  },
  {
    name: 'sparse softmax cross-entropy',
    inputs: [integers(4, 3), shaped(3, 4)],
    f: ops.sparseSoftmaxCrossEntropyWithLogits,
  },
  {
    name: 'sigmoid cross-entropy',
    inputs: [{ shape: [3, 4], low: 0, high: 1 }, shaped(3, 4)],
    f: ops.sigmoidCrossEntropyWithLogits,
  },
];
