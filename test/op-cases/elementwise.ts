import * as ops from '../../src/ops/index.ts';
import type { Tensor } from '../../src/tensor/index.ts';
import { bools, noGradient, type OpCase, type Operand, shaped } from './operand.ts';

type Unary = (x: Tensor) => Tensor;

/** An elementwise operation of one operand, on shapes with 0, 1 and odd sizes. */
const elementwise = (name: string, f: Unary, domain: Partial<Operand> = {}): OpCase[] =>
  [[], [0], [1], [7], [2, 0, 3], [3, 1, 5], [2, 3, 2, 3]].map((shape) => ({
    name: `${name} [${shape}]`,
    inputs: [{ ...domain, shape }],
    f,
  }));

export const unaryCases: OpCase[] = [
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

export const binaryCases: OpCase[] = [
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
