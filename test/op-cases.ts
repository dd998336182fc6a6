// Calls of operations that two suites share: gradients by finite differences, and every backend against the reference.
import * as ops from '../src/ops/index.ts';
import type { DType, Tensor } from '../src/tensor/index.ts';

/** How an operand's numbers are chosen. */
export interface Operand {
  readonly shape: readonly number[];
  /** Numbers spread evenly over [low, high); -2 to 2 by default. */
  readonly low?: number;
  readonly high?: number;
  /** float32 unless said; whole numbers for integers. */
  readonly dtype?: DType;
  /** Numbers that are all different, far enough apart for finite differences: for sorting and maxima. */
  readonly distinct?: boolean;
}

export interface OpCase {
  readonly name: string;
  readonly inputs: readonly Operand[];
  readonly f: (...inputs: Tensor[]) => Tensor | readonly Tensor[];
  /** Highest order of derivatives to check; 0 for none. 2 by default. */
  readonly order?: 0 | 1 | 2;
  /** Relative tolerance between backends; 2e-5 by default. */
  readonly tolerance?: number;
}

const shaped = (...shape: number[]): Operand => ({ shape });
const positive = (...shape: number[]): Operand => ({ shape, low: 0.2, high: 3 });
const distinct = (...shape: number[]): Operand => ({ shape, distinct: true });
const integers = (high: number, ...shape: number[]): Operand => ({
  shape,
  low: 0,
  high,
  dtype: 'int32',
});
const bools = (...shape: number[]): Operand => ({ shape, dtype: 'bool' });

type Unary = (x: Tensor) => Tensor;

/** An elementwise operation of one operand, on shapes with 0, 1 and odd sizes. */
const elementwise = (name: string, f: Unary, domain: Partial<Operand> = {}): OpCase[] =>
  [[], [0], [1], [7], [2, 0, 3], [3, 1, 5], [2, 3, 2, 3]].map((shape) => ({
    name: `${name} [${shape}]`,
    inputs: [{ ...domain, shape }],
    f,
  }));

const noGradient = (cases: OpCase[]): OpCase[] => cases.map((c) => ({ ...c, order: 0 }));

const unaryCases: OpCase[] = [
  ...elementwise('neg', ops.neg),
  ...elementwise('abs', ops.abs, { distinct: true }),
  ...noGradient(elementwise('sign', ops.sign)),
  ...elementwise('square', ops.square),
  ...elementwise('sqrt', ops.sqrt, { low: 0.1 }),
  ...elementwise('rsqrt', ops.rsqrt, { low: 0.1 }),
  ...elementwise('reciprocal', ops.reciprocal, { low: 0.3 }),
  ...noGradient(elementwise('floor', ops.floor)),
  ...noGradient(elementwise('ceil', ops.ceil)),
  ...noGradient(elementwise('round', ops.round)),
  ...noGradient(elementwise('trunc', ops.trunc)),
  ...elementwise('exp', ops.exp),
  ...elementwise('expm1', ops.expm1),
  ...elementwise('log', ops.log, { low: 0.1 }),
  ...elementwise('log1p', ops.log1p, { low: -0.8 }),
  ...elementwise('log2', ops.log2, { low: 0.1 }),
  ...elementwise('log10', ops.log10, { low: 0.1 }),
  ...elementwise('sin', ops.sin),
  ...elementwise('cos', ops.cos),
  ...elementwise('tan', ops.tan, { low: -1.2, high: 1.2 }),
  ...elementwise('asin', ops.asin, { low: -0.9, high: 0.9 }),
  ...elementwise('acos', ops.acos, { low: -0.9, high: 0.9 }),
  ...elementwise('atan', ops.atan),
  ...elementwise('sinh', ops.sinh),
  ...elementwise('cosh', ops.cosh),
  ...elementwise('tanh', ops.tanh),
  ...elementwise('asinh', ops.asinh),
  ...elementwise('acosh', ops.acosh, { low: 1.2, high: 3 }),
  ...elementwise('atanh', ops.atanh, { low: -0.9, high: 0.9 }),
  ...elementwise('erf', ops.erf),
  ...elementwise('erfc', ops.erfc),
  ...elementwise('erfinv', ops.erfinv, { low: -0.9, high: 0.9 }),
  ...elementwise('lgamma', ops.lgamma, { low: 0.3, high: 5 }),
  ...elementwise('digamma', ops.digamma, { low: 0.3, high: 5 }),
  ...elementwise('clip', (x) => ops.clip(x, -1.01, 0.77)),
  ...elementwise('relu', (x) => ops.relu(x), { distinct: true }),
  ...elementwise('relu, all options', (x) =>
    ops.relu(x, { negativeSlope: 0.1, maxValue: 1.03, threshold: 0.21 }),
  ),
  ...elementwise('relu6', ops.relu6, { low: -3.1, high: 9.1 }),
  ...elementwise('leakyRelu', (x) => ops.leakyRelu(x), { distinct: true }),
  ...elementwise('elu', (x) => ops.elu(x, 1.3), { distinct: true }),
  ...elementwise('selu', ops.selu, { distinct: true }),
  ...elementwise('celu', (x) => ops.celu(x, 0.7), { distinct: true }),
  ...elementwise('sigmoid', ops.sigmoid),
  ...elementwise('logSigmoid', ops.logSigmoid),
  ...elementwise('softplus', ops.softplus),
  ...elementwise('softsign', ops.softsign, { distinct: true }),
  ...elementwise('silu', ops.silu),
  ...elementwise('gelu', (x) => ops.gelu(x)),
  ...elementwise('gelu, tanh', (x) => ops.gelu(x, true)),
  ...elementwise('mish', ops.mish),
  ...elementwise('hardSigmoid', ops.hardSigmoid, { low: -5.1, high: 5.1 }),
  ...elementwise('hardSilu', ops.hardSilu, { low: -5.1, high: 5.1 }),
  ...elementwise('hardTanh', ops.hardTanh),
  ...elementwise('hardShrink', (x) => ops.hardShrink(x)),
  ...elementwise('softShrink', (x) => ops.softShrink(x)),
  ...elementwise('tanhShrink', ops.tanhShrink),
  ...elementwise('threshold', (x) => ops.threshold(x, 0.31, -7)),
  ...elementwise('squareplus', (x) => ops.squareplus(x)),
  ...elementwise('sparsePlus', ops.sparsePlus),
  ...elementwise('sparseSigmoid', ops.sparseSigmoid),
  ...noGradient(elementwise('logicalNot', ops.logicalNot, { dtype: 'bool' })),
  ...noGradient(elementwise('isNaN', ops.isNaN)),
  ...noGradient(elementwise('isInf', ops.isInf)),
  ...noGradient(elementwise('isFinite', ops.isFinite)),
  ...noGradient(elementwise('bitwiseNot', ops.bitwiseNot, { dtype: 'int32', low: -9, high: 9 })),
];

/** Pairs of shapes that are broadcast together. */
const pairs: readonly (readonly [number[], number[]])[] = [
  [[], []],
  [[5], []],
  [[0], [1]],
  [
    [3, 4],
    [3, 4],
  ],
  [[2, 3, 5], [5]],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [
    [1, 7],
    [6, 1],
  ],
];

type Binary = (a: Tensor, b: Tensor) => Tensor;

const elementwise2 = (
  name: string,
  f: Binary,
  a: Partial<Operand> = {},
  b: Partial<Operand> = a,
): OpCase[] =>
  pairs.map(([left, right]) => ({
    name: `${name} [${left}] [${right}]`,
    inputs: [
      { ...a, shape: left },
      { ...b, shape: right },
    ],
    f,
  }));

const small: Partial<Operand> = { dtype: 'int32', low: -3, high: 4 };

const binaryCases: OpCase[] = [
  ...elementwise2('add', ops.add),
  ...elementwise2('sub', ops.sub),
  ...elementwise2('mul', ops.mul),
  ...elementwise2('div', ops.div, {}, { low: 0.4 }),
  ...noGradient(elementwise2('floorDiv', ops.floorDiv, {}, { low: 0.41, high: 1.9 })),
  ...elementwise2('mod', ops.mod, { low: 0.1, high: 0.9 }, { low: 1.1, high: 1.9 }),
  ...elementwise2('pow', ops.pow, { low: 0.3 }),
  ...elementwise2('maximum', ops.maximum),
  ...elementwise2('minimum', ops.minimum),
  ...elementwise2('atan2', ops.atan2, { low: 0.2 }),
  ...elementwise2('logAddExp', ops.logAddExp),
  ...elementwise2('prelu', ops.prelu),
  ...noGradient(elementwise2('equal', ops.equal, small)),
  ...noGradient(elementwise2('notEqual', ops.notEqual, small)),
  ...noGradient(elementwise2('less', ops.less, small)),
  ...noGradient(elementwise2('lessEqual', ops.lessEqual, small)),
  ...noGradient(elementwise2('greater', ops.greater, small)),
  ...noGradient(elementwise2('greaterEqual', ops.greaterEqual, small)),
  ...noGradient(elementwise2('logicalAnd', ops.logicalAnd, { dtype: 'bool' })),
  ...noGradient(elementwise2('logicalOr', ops.logicalOr, { dtype: 'bool' })),
  ...noGradient(elementwise2('logicalXor', ops.logicalXor, { dtype: 'bool' })),
  ...noGradient(elementwise2('isClose', (a, b) => ops.isClose(a, b))),
  ...noGradient(elementwise2('int32 add', ops.add, small)),
  ...noGradient(elementwise2('int32 mod', ops.mod, small, { dtype: 'int32', low: 1, high: 5 })),
  ...noGradient(elementwise2('int32 div', ops.div, small, { dtype: 'int32', low: 1, high: 5 })),
  ...noGradient(elementwise2('uint8 mul', ops.mul, { dtype: 'uint8', low: 0, high: 30 })),
  ...noGradient(elementwise2('int32 + float32', ops.add, small, {})),
  ...noGradient(elementwise2('bitwiseAnd', ops.bitwiseAnd, { dtype: 'int32', low: -99, high: 99 })),
  ...noGradient(elementwise2('bitwiseOr', ops.bitwiseOr, { dtype: 'int32', low: -99, high: 99 })),
  ...noGradient(elementwise2('bitwiseXor', ops.bitwiseXor, { dtype: 'int32', low: -99, high: 99 })),
  {
    name: 'where',
    inputs: [bools(3, 1), shaped(3, 4), shaped(4)],
    f: (c, a, b) => ops.where(c, a, b),
  },
];

const reductions = {
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

const reductionCases: OpCase[] = [
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

const shapeCases: OpCase[] = [
  { name: 'reshape', inputs: [shaped(2, 6)], f: (x) => ops.reshape(x, [3, -1, 2]) },
  { name: 'reshape of nothing', inputs: [shaped(0, 6)], f: (x) => ops.reshape(x, [3, 0]) },
  { name: 'transpose', inputs: [shaped(2, 3)], f: (x) => ops.transpose(x).mul(x.transpose()) },
  {
    name: 'transpose, order',
    inputs: [shaped(2, 3, 2)],
    f: (x) => ops.transpose(x, [2, 0, 1]).square(),
  },
  { name: 'swapAxes', inputs: [shaped(2, 3, 2)], f: (x) => ops.swapAxes(x, 0, -1).square() },
  { name: 'moveAxis', inputs: [shaped(2, 3, 4)], f: (x) => ops.moveAxis(x, [0, 1], [2, 0]) },
  { name: 'flatten', inputs: [shaped(2, 3, 2)], f: (x) => ops.flatten(x, 1).square() },
  { name: 'expandDims', inputs: [shaped(2, 3)], f: (x) => ops.expandDims(x, [0, -1]) },
  { name: 'squeeze', inputs: [shaped(1, 2, 1, 3)], f: (x) => ops.squeeze(x) },
  {
    name: 'broadcastTo',
    inputs: [shaped(3, 1)],
    f: (x) => ops.broadcastTo(x, [2, 3, 4]).square(),
  },
  {
    name: 'slice',
    inputs: [shaped(5, 6)],
    f: (x) => ops.slice(x, [{ start: 1, stop: -1 }, { step: 2 }]).square(),
  },
  {
    name: 'slice backwards',
    inputs: [shaped(5, 6)],
    f: (x) => ops.slice(x, [{ step: -2 }, { start: 4, stop: 0, step: -1 }]).square(),
  },
  { name: 'empty slice', inputs: [shaped(5)], f: (x) => ops.slice(x, [{ start: 3, stop: 2 }]) },
  { name: 'flip', inputs: [shaped(3, 4)], f: (x) => ops.flip(x, 1).mul(x) },
  { name: 'narrow', inputs: [shaped(3, 4)], f: (x) => ops.narrow(x, 1, 1, 2).square() },
  {
    name: 'concat',
    inputs: [shaped(2, 3), shaped(2, 1), shaped(2, 0)],
    f: (...list) => ops.concat(list, 1).square(),
  },
  { name: 'concat, first axis', inputs: [shaped(2, 3), shaped(1, 3)], f: (...l) => ops.concat(l) },
  { name: 'stack', inputs: [shaped(2, 3), shaped(2, 3)], f: (...l) => ops.stack(l, -1).square() },
  { name: 'unstack', inputs: [shaped(2, 3)], f: (x) => ops.unstack(x, 1).reduce(ops.mul) },
  { name: 'split', inputs: [shaped(2, 6)], f: (x) => ops.split(x, 3, 1).reduce(ops.mul) },
  { name: 'split, sizes', inputs: [shaped(6)], f: (x) => ops.split(x, [1, -1, 2])[1].square() },
  { name: 'roll', inputs: [shaped(3, 4)], f: (x) => ops.roll(x, 1, 1).mul(x) },
  { name: 'roll, all', inputs: [shaped(3, 4)], f: (x) => ops.roll(x, -2).mul(x) },
  {
    name: 'pad',
    inputs: [shaped(2, 3)],
    f: (x) =>
      ops
        .pad(
          x,
          [
            [1, 0],
            [0, 2],
          ],
          { value: 3 },
        )
        .square(),
  },
  ...(['edge', 'reflect', 'symmetric'] as const).map(
    (mode): OpCase => ({
      name: `pad ${mode}`,
      inputs: [shaped(3, 3)],
      f: (x) =>
        ops
          .pad(
            x,
            [
              [2, 1],
              [1, 2],
            ],
            { mode },
          )
          .square(),
    }),
  ),
  { name: 'tile', inputs: [shaped(2, 3)], f: (x) => ops.tile(x, [2, 1, 2]).square() },
  { name: 'repeat', inputs: [shaped(2, 3)], f: (x) => ops.repeat(x, 2, 1).square() },
  {
    name: 'repeat, counts',
    inputs: [shaped(2, 3)],
    f: (x) => ops.repeat(x, [0, 2, 1], 1).square(),
  },
  {
    name: 'meshgrid',
    inputs: [shaped(2), shaped(3)],
    f: (a, b) => ops.meshgrid([a, b]).reduce(ops.mul),
  },
  { name: 'diag', inputs: [shaped(3)], f: (x) => ops.diag(x, 1).square() },
  { name: 'diag of a matrix', inputs: [shaped(3, 4)], f: (x) => ops.diag(x, -1).square() },
  {
    name: 'diagonal',
    inputs: [shaped(2, 3, 3)],
    f: (x) => ops.diagonal(x, { axis1: 1, axis2: 2 }).square(),
  },
  { name: 'trace', inputs: [shaped(3, 3)], f: (x) => ops.trace(x).square() },
  { name: 'tril', inputs: [shaped(2, 3, 4)], f: (x) => ops.tril(x).square() },
  { name: 'triu', inputs: [shaped(3, 4)], f: (x) => ops.triu(x, 1).square() },
  {
    name: 'cast',
    inputs: [shaped(3)],
    f: (x) => ops.cast(x, 'float64').square(),
  },
  { name: 'cast to int32', inputs: [shaped(9)], f: (x) => ops.cast(x, 'int32'), order: 0 },
  { name: 'cast to uint8', inputs: [positive(9)], f: (x) => ops.cast(x, 'uint8'), order: 0 },
  { name: 'cast to bool', inputs: [integers(2, 9)], f: (x) => ops.cast(x, 'bool'), order: 0 },
  { name: 'copy', inputs: [shaped(3)], f: (x) => ops.copy(x).mul(x) },
  { name: 'contiguous', inputs: [shaped(3, 2)], f: (x) => ops.contiguous(x.transpose()).square() },
];

const indexCases: OpCase[] = [
  { name: 'gather', inputs: [shaped(5, 3), integers(5, 2, 4)], f: (x, i) => ops.gather(x, i) },
  {
    name: 'gather, middle axis',
    inputs: [shaped(2, 5, 3), integers(5, 4)],
    f: (x, i) => ops.gather(x, i, { axis: 1 }).square(),
  },
  {
    name: 'gather, one index',
    inputs: [shaped(5, 3), integers(5)],
    f: (x, i) => ops.gather(x, i, { axis: -2 }).square(),
  },
  { name: 'gather nothing', inputs: [shaped(5, 3), integers(5, 0)], f: (x, i) => ops.gather(x, i) },
  {
    name: 'gather of int32',
    inputs: [integers(50, 6), integers(6, 3)],
    f: (x, i) => ops.gather(x, i),
    order: 0,
  },
  {
    name: 'takeAlongAxis',
    inputs: [shaped(3, 5), integers(5, 3, 2)],
    f: (x, i) => ops.takeAlongAxis(x, i).square(),
  },
  {
    name: 'takeAlongAxis, first axis',
    inputs: [shaped(3, 5), integers(3, 2, 5)],
    f: (x, i) => ops.takeAlongAxis(x, i, 0).square(),
  },
  {
    name: 'putAlongAxis add',
    inputs: [shaped(3, 5), integers(5, 3, 2), shaped(3, 2)],
    f: (x, i, v) => ops.putAlongAxis(x, i, v, -1, { mode: 'add' }).square(),
  },
  {
    name: 'putAlongAxis set',
    inputs: [shaped(3, 5), shaped(3, 1)],
    f: (x, v) => ops.putAlongAxis(x, [[1], [4], [0]], v).square(),
  },
  {
    name: 'scatterAdd',
    inputs: [shaped(4, 2), integers(4, 5), shaped(5, 2)],
    f: (x, i, u) => ops.scatterAdd(x, i, u).square(),
  },
  {
    name: 'scatterSet',
    inputs: [shaped(4, 3), shaped(4, 2)],
    f: (x, u) => ops.scatterSet(x, [2, 0], u, { axis: 1 }).square(),
  },
  {
    name: 'gatherNd',
    inputs: [shaped(3, 4, 2)],
    f: (x) =>
      ops
        .gatherNd(x, [
          [0, 1],
          [2, -1],
          [0, 1],
        ])
        .square(),
  },
  {
    name: 'scatterNdAdd',
    inputs: [shaped(3, 4), shaped(3)],
    f: (x, u) =>
      ops
        .scatterNdAdd(
          x,
          [
            [0, 1],
            [2, 3],
            [0, 1],
          ],
          u,
        )
        .square(),
  },
  {
    name: 'embedding',
    inputs: [integers(6, 2, 3), shaped(6, 4)],
    f: (i, w) => ops.embedding(i, w).square(),
  },
  { name: 'oneHot', inputs: [integers(5, 2, 3)], f: (i) => ops.oneHot(i, 4), order: 0 },
  {
    name: 'oneHot, axis',
    inputs: [integers(4, 3)],
    f: (i) => ops.oneHot(i, 4, { axis: 0 }),
    order: 0,
  },
  {
    name: 'searchSorted',
    inputs: [integers(9, 6), integers(9, 2, 4)],
    f: (s, v) => ops.searchSorted(ops.sort(s), v, { side: 'right' }),
    order: 0,
  },
  {
    name: 'index',
    inputs: [shaped(3, 4, 5)],
    f: (x) => ops.index(x, -1, null, '...', { step: 2 }).square(),
  },
  {
    name: 'index by lists',
    inputs: [shaped(3, 4, 5)],
    f: (x) => ops.index(x, [0, 2, 2], [[1], [3]]).square(),
  },
  {
    name: 'index by lists apart',
    inputs: [shaped(3, 4, 5)],
    f: (x) => ops.index(x, [0, 2], { start: 1 }, [4, 0]).square(),
  },
  {
    name: 'index by a mask',
    inputs: [shaped(3, 2)],
    f: (x) => ops.index(x, [true, false, true]).square(),
  },
];

const productCases: OpCase[] = [
  { name: 'matmul', inputs: [shaped(3, 4), shaped(4, 2)], f: (a, b) => ops.matmul(a, b) },
  { name: 'matmul, odd', inputs: [shaped(5, 7), shaped(7, 3)], f: (a, b) => ops.matmul(a, b) },
  { name: 'matmul 1', inputs: [shaped(1, 1), shaped(1, 1)], f: (a, b) => ops.matmul(a, b) },
  { name: 'matmul 0', inputs: [shaped(2, 0), shaped(0, 3)], f: (a, b) => ops.matmul(a, b) },
  { name: 'matmul no rows', inputs: [shaped(0, 2), shaped(2, 3)], f: (a, b) => ops.matmul(a, b) },
  {
    name: 'matmul transposed',
    inputs: [shaped(4, 3), shaped(2, 4)],
    f: (a, b) => ops.matmul(a, b, { transposeA: true, transposeB: true }),
  },
  {
    name: 'matmul batched',
    inputs: [shaped(2, 3, 2), shaped(2, 2, 4)],
    f: (a, b) => ops.matmul(a, b),
  },
  {
    name: 'matmul broadcast',
    inputs: [shaped(2, 1, 3, 2), shaped(3, 2, 2)],
    f: (a, b) => ops.matmul(a, b),
  },
  { name: 'matmul vector', inputs: [shaped(3), shaped(3, 2)], f: (a, b) => ops.matmul(a, b) },
  { name: 'matmul vectors', inputs: [shaped(3), shaped(3)], f: (a, b) => ops.matmul(a, b) },
  {
    name: 'matmul rank 3 and 2',
    inputs: [shaped(2, 3, 4), shaped(4, 2)],
    f: (a, b) => ops.matmul(a, b),
  },
  ...([null, 'relu', 'relu6', 'leakyRelu', 'elu', 'sigmoid', 'tanh'] as const).map(
    (activation): OpCase => ({
      name: `dense ${activation}`,
      inputs: [shaped(3, 4), shaped(4, 5), shaped(5)],
      f: (x, w, b) => ops.dense(x, w, b, activation),
    }),
  ),
  { name: 'dot', inputs: [shaped(3), shaped(3)], f: ops.dot },
  { name: 'dot, higher', inputs: [shaped(2, 3), shaped(2, 3, 2)], f: ops.dot },
  { name: 'outer', inputs: [shaped(3), shaped(4)], f: ops.outer },
  {
    name: 'tensordot',
    inputs: [shaped(2, 3, 4), shaped(4, 3, 2)],
    f: (a, b) =>
      ops.tensordot(a, b, [
        [1, 2],
        [1, 0],
      ]),
  },
  {
    name: 'einsum bij,bjk->bik',
    inputs: [shaped(2, 2, 3), shaped(2, 3, 2)],
    f: (a, b) => ops.einsum('bij,bjk->bik', a, b),
  },
  { name: 'einsum ii->', inputs: [shaped(3, 3)], f: (a) => ops.einsum('ii->', a).square() },
  {
    name: 'einsum ij,j,k->ki',
    inputs: [shaped(2, 3), shaped(3), shaped(2)],
    f: (a, b, c) => ops.einsum('ij,j,k->ki', a, b, c),
  },
  {
    name: 'einsum ...hc,cd->d...h',
    inputs: [shaped(2, 3, 4), shaped(4, 2)],
    f: (a, b) => ops.einsum('...hc,cd->d...h', a, b),
  },
  { name: 'einsum i,j', inputs: [shaped(2), shaped(3)], f: (a, b) => ops.einsum('i,j', a, b) },
  {
    name: 'sparseMatmul',
    inputs: [shaped(6, 3), shaped(3)],
    f: (b, bias) =>
      ops.matmul(ops.SparseMatrix.fromRows([[0, 5], [], [2], [1, 2, 3]], 6), b, {
        bias,
        activation: 'tanh',
      }),
  },
  {
    name: 'sparseMatmul with values',
    inputs: [shaped(4, 2)],
    f: (b) =>
      ops.sparseMatmul(
        ops.SparseMatrix.fromDense([
          [0, 2, 0, -1],
          [3, 0, 0, 0],
        ]),
        b,
      ),
  },
];

const convCase = (
  name: string,
  x: number[],
  filter: number[],
  options: ops.ConvOptions = {},
): OpCase => ({
  name: `conv2d ${name}`,
  inputs: [shaped(...x), shaped(...filter)],
  f: (image, weights) => ops.conv2d(image, weights, options),
});

const windowCases: OpCase[] = [
  convCase('1x1', [1, 1, 1, 1], [1, 1, 1, 1]),
  convCase('valid', [2, 4, 5, 2], [3, 2, 2, 3]),
  convCase('same', [1, 5, 4, 2], [3, 3, 2, 2], { padding: 'same' }),
  convCase('same, even window', [1, 4, 4, 1], [2, 4, 1, 2], { padding: 'same' }),
  convCase('strides', [1, 6, 5, 2], [3, 3, 2, 1], { strides: 2, padding: 'same' }),
  convCase('strides beyond the window', [1, 7, 7, 1], [2, 2, 1, 1], { strides: 3 }),
  convCase('dilation', [1, 6, 6, 1], [3, 2, 1, 2], { dilation: [2, 3] }),
  convCase('groups', [1, 4, 4, 4], [3, 3, 2, 6], { groups: 2, padding: 1 }),
  convCase('odd padding', [1, 3, 3, 1], [3, 3, 1, 1], {
    padding: [
      [2, 0],
      [0, 1],
    ],
  }),
  convCase('no images', [0, 3, 3, 1], [2, 2, 1, 1]),
  convCase('many channels', [1, 3, 3, 9], [3, 3, 9, 10], { padding: 'same' }),
  {
    name: 'conv2d bias and activation',
    inputs: [shaped(2, 4, 4, 2), shaped(3, 3, 2, 3), shaped(3)],
    f: (x, w, bias) => ops.conv2d(x, w, { padding: 'same', bias, activation: 'tanh' }),
  },
  {
    name: 'conv2d relu',
    inputs: [shaped(1, 4, 4, 2), shaped(3, 3, 2, 3), shaped(3)],
    f: (x, w, bias) => ops.conv2d(x, w, { bias, activation: 'relu' }),
  },
  {
    name: 'conv1d',
    inputs: [shaped(2, 6, 2), shaped(3, 2, 2), shaped(2)],
    f: (x, w, bias) => ops.conv1d(x, w, { strides: 2, padding: 'same', bias }),
  },
  {
    name: 'conv1d causal',
    inputs: [shaped(1, 6, 2), shaped(3, 2, 1)],
    f: (x, w) => ops.conv1d(x, w, { padding: 'causal', dilation: 2 }),
  },
  {
    name: 'conv3d',
    inputs: [shaped(1, 4, 3, 3, 2), shaped(2, 2, 2, 2, 2), shaped(2)],
    f: (x, w, bias) => ops.conv3d(x, w, { padding: 'same', strides: [2, 1, 1], bias }),
    order: 1,
  },
  {
    name: 'conv3d groups',
    inputs: [shaped(1, 3, 2, 2, 4), shaped(2, 1, 2, 2, 4)],
    f: (x, w) => ops.conv3d(x, w, { groups: 2 }),
    order: 1,
  },
  ...(
    [
      { strides: 2, padding: 'same' },
      { strides: 2, padding: 'valid' },
      { strides: 3, padding: 'valid' },
      { strides: 2, padding: 'same', outputPadding: 1 },
      { strides: 2, padding: 1, outputPadding: 1 },
      { strides: 1, padding: 'same', dilation: 2 },
    ] as const
  ).map(
    (options): OpCase => ({
      name: `conv2dTranspose ${JSON.stringify(options)}`,
      inputs: [shaped(1, 3, 2, 2), shaped(3, 2, 2, 2)],
      f: (x, w) => ops.conv2dTranspose(x, w, options),
    }),
  ),
  {
    name: 'conv2dTranspose bias, relu, groups',
    inputs: [shaped(1, 3, 3, 4), shaped(3, 3, 1, 4), shaped(2)],
    f: (x, w, bias) =>
      ops.conv2dTranspose(x, w, { groups: 2, bias, activation: 'relu', strides: 2 }),
  },
  {
    name: 'conv1dTranspose',
    inputs: [shaped(1, 4, 2), shaped(3, 3, 2)],
    f: (x, w) => ops.conv1dTranspose(x, w, { strides: 2, padding: 'same' }),
  },
  {
    name: 'conv3dTranspose',
    inputs: [shaped(1, 2, 2, 2, 2), shaped(2, 3, 2, 1, 2)],
    f: (x, w) => ops.conv3dTranspose(x, w, { strides: [2, 1, 2], padding: 'same' }),
    order: 1,
  },
  {
    name: 'depthwiseConv2d',
    inputs: [shaped(1, 4, 4, 3), shaped(3, 3, 3, 2)],
    f: (x, w) => ops.depthwiseConv2d(x, w, { padding: 'same', strides: [1, 1] }),
  },
  {
    name: 'depthwiseConv2d, strides',
    inputs: [shaped(2, 5, 5, 2), shaped(3, 3, 2, 1)],
    f: (x, w) => ops.depthwiseConv2d(x, w, { strides: 2, padding: 'same' }),
  },
  {
    name: 'separableConv2d',
    inputs: [shaped(1, 4, 4, 2), shaped(3, 3, 2, 1), shaped(1, 1, 2, 3), shaped(3)],
    f: (x, d, p, bias) => ops.separableConv2d(x, d, p, { bias, activation: 'sigmoid' }),
  },
  {
    name: 'separableConv1d',
    inputs: [shaped(1, 6, 2), shaped(3, 2, 1), shaped(1, 2, 3)],
    f: (x, d, p) => ops.separableConv1d(x, d, p, { padding: 'causal' }),
  },
  { name: 'maxPool2d', inputs: [distinct(2, 4, 4, 2)], f: (x) => ops.maxPool2d(x, 2).square() },
  {
    name: 'maxPool2d overlapping, same',
    inputs: [distinct(1, 5, 4, 2)],
    f: (x) => ops.maxPool2d(x, 3, { strides: 2, padding: 'same' }).square(),
  },
  {
    name: 'maxPool2d ceil, padded',
    inputs: [distinct(1, 4, 6, 1)],
    f: (x) => ops.maxPool2d(x, [3, 2], { strides: [2, 3], padding: 1, ceilMode: true }).square(),
  },
  {
    name: 'maxPool2d dilated',
    inputs: [distinct(1, 5, 5, 1)],
    f: (x) => ops.maxPool2d(x, 2, { strides: 1, dilation: 2 }).square(),
  },
  { name: 'avgPool2d', inputs: [shaped(2, 4, 4, 2)], f: (x) => ops.avgPool2d(x, 2).square() },
  {
    name: 'avgPool2d same',
    inputs: [shaped(1, 5, 4, 2)],
    f: (x) => ops.avgPool2d(x, 3, { strides: 2, padding: 'same' }).square(),
  },
  {
    name: 'avgPool2d counting padding',
    inputs: [shaped(1, 4, 4, 1)],
    f: (x) => ops.avgPool2d(x, 3, { strides: 1, padding: 1, countPadding: true }).square(),
  },
  { name: 'maxPool1d', inputs: [distinct(2, 6, 2)], f: (x) => ops.maxPool1d(x, 2).square() },
  {
    name: 'avgPool1d',
    inputs: [shaped(1, 7, 2)],
    f: (x) => ops.avgPool1d(x, 3, { padding: 'same', strides: 2 }).square(),
  },
  {
    name: 'maxPool3d',
    inputs: [distinct(1, 4, 2, 3, 2)],
    f: (x) => ops.maxPool3d(x, 2, { padding: 'same' }).square(),
  },
  {
    name: 'avgPool3d',
    inputs: [shaped(1, 3, 3, 2, 2)],
    f: (x) => ops.avgPool3d(x, [2, 2, 1], { strides: 1, padding: 'same' }).square(),
  },
  {
    name: 'adaptiveAvgPool2d',
    inputs: [shaped(1, 5, 4, 2)],
    f: (x) => ops.adaptiveAvgPool2d(x, [3, 2]).square(),
  },
  {
    name: 'adaptiveMaxPool2d',
    inputs: [distinct(1, 5, 4, 2)],
    f: (x) => ops.adaptiveMaxPool2d(x, [3, 2]).square(),
  },
  {
    name: 'adaptiveAvgPool1d',
    inputs: [shaped(2, 6, 1)],
    f: (x) => ops.adaptiveAvgPool1d(x, 4).square(),
  },
  {
    name: 'adaptiveAvgPool3d',
    inputs: [shaped(1, 4, 3, 2, 1)],
    f: (x) => ops.adaptiveAvgPool3d(x, [2, 2, 2]).square(),
  },
  ...(['nearest', 'bilinear', 'bicubic', 'area'] as const).flatMap((method): OpCase[] => [
    {
      name: `resize ${method} larger`,
      inputs: [shaped(1, 3, 4, 2)],
      f: (x) => ops.resize(x, [5, 6], { method }).square(),
    },
    {
      name: `resize ${method} smaller`,
      inputs: [shaped(5, 4, 1)],
      f: (x) => ops.resize(x, [2, 3], { method }).square(),
    },
  ]),
  {
    name: 'upsample2d',
    inputs: [shaped(1, 2, 3, 2)],
    f: (x) => ops.upsample2d(x, [2, 3]).square(),
  },
];

/** Every operation with a few calls. */
export const opCases: readonly OpCase[] = [
  ...unaryCases,
  ...binaryCases,
  ...reductionCases,
  ...shapeCases,
  ...indexCases,
  ...productCases,
  ...windowCases,
];

/** A small generator with a fixed seed (Marsaglia's xorshift32): numbers in [0, 1). */
export function generator(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** The numbers of an operand, exactly representable in float32. */
export function numbersFor(operand: Operand, random: () => number): Float64Array {
  const { shape, dtype = 'float32', distinct: apart = false } = operand;
  const size = shape.reduce((a, b) => a * b, 1);
  if (dtype === 'bool') return Float64Array.from({ length: size }, () => Number(random() < 0.5));
  const { low = -2, high = 2 } = operand;
  if (apart) return distinctNumbers(size, random);
  const whole = dtype !== 'float32' && dtype !== 'float64';
  return Float64Array.from({ length: size }, () => {
    const value = low + (high - low) * random();
    return whole ? Math.floor(value) : Math.fround(value);
  });
}

/** Numbers in random order whose distances from one another and from 0 are at least a quarter of their mean distance. */
function distinctNumbers(size: number, random: () => number): Float64Array {
  const numbers = Array.from({ length: size }, (_, i) =>
    Math.fround(((i + 0.25 + random() / 2) / Math.max(size, 4)) * 4 - 2 + 0.013),
  ).map((x) => (Math.abs(x) < 0.05 ? 0.077 : x));
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [numbers[i], numbers[j]] = [numbers[j], numbers[i]];
  }
  return Float64Array.from(numbers, Math.fround);
}
