import * as ops from '../../../ops/index.ts';
import type { Tensor } from '../../../tensor/index.ts';
import * as F from '../../nn/functional/index.ts';
import type { Operation, OperationCall } from '../operation-call.ts';

type Unary = (x: Tensor) => Tensor;
type Binary = (x: Tensor, y: Tensor) => Tensor;

const unary =
  (f: Unary): Operation =>
  (c) =>
    f(c.tensor('X', 0));

/** Of two tensors; `axis` says where the axes of the second begin among those of the first. */
const binary =
  (f: Binary): Operation =>
  (c) => {
    const [x, y] = [c.tensor('X', 0), c.tensor('Y', 1)];
    const axis = c.number('axis', -1);
    if (axis < 0 || axis + y.rank >= x.rank) return f(x, y);
    const behind = new Array<number>(x.rank - axis - y.rank).fill(1);
    return f(x, ops.reshape(y, [...y.shape, ...behind]));
  };

/** A slope or threshold by one of its names. */
function parameter(c: OperationCall, names: readonly string[], otherwise: number): number {
  const name = names.find((known) => c.attribute(known) !== undefined);
  return name === undefined ? otherwise : c.number(name);
}

function scale(c: OperationCall): Tensor {
  const x = c.tensor('X', 0);
  const factor = c.has('ScaleTensor', 1) ? c.size('scale', 'ScaleTensor', 1) : c.number('scale', 1);
  const bias = c.number('bias', 0);
  if (c.attribute('bias_after_scale') === false) return ops.mul(ops.add(x, bias), factor);
  const scaled = factor === 1 ? x : ops.mul(x, factor);
  return bias === 0 ? scaled : ops.add(scaled, bias);
}

const softplus: Operation = (c) =>
  ops.scaledSoftplus(c.tensor('X', 0), c.number('beta', 1), c.number('threshold', 20));

const hardSigmoid: Operation = (c) =>
  ops.linearSigmoid(c.tensor('X', 0), c.number('slope', 1 / 6), c.number('offset', 0.5));

const hardTanh: Operation = (c) =>
  ops.hardLimit(c.tensor('X', 0), c.number('t_min', -1), c.number('t_max', 1));

function hardSwish(c: OperationCall): Tensor {
  const x = c.tensor('X', 0);
  const [offset, threshold, factor] = [
    ...[c.number('offset', 3), c.number('threshold', 6), c.number('scale', 6)],
  ];
  return ops.div(ops.mul(x, ops.clip(ops.add(x, offset), 0, threshold)), factor);
}

function prelu(c: OperationCall): Tensor {
  const [x, alpha] = [c.tensor('X', 0), c.tensor('Alpha', 1)];
  const mode = c.text('mode', 'all');
  if (mode === 'element') return ops.prelu(x, ops.reshape(alpha, [1, ...x.shape.slice(1)]));
  return F.prelu(x, alpha, c.text('data_format', 'NCHW')).tensor;
}

const clip = (c: OperationCall): Tensor =>
  ops.clip(c.tensor('X', 0), c.size('min', 'Min', 1), c.size('max', 'Max', 2));

function dropout(c: OperationCall): Tensor {
  const x = c.tensor('X', 0);
  const mode = c.text('mode', c.text('dropout_implementation', 'downgrade_in_infer'));
  // A program runs as for prediction: nothing is dropped.
  if (mode === 'upscale_in_train') return x;
  return ops.mul(x, 1 - c.size('dropout_prob', 'ProbTensor', 2));
}

/** Operations on each element, under the names of both formats. */
export const elementwiseOperations: Readonly<Record<string, Operation>> = {
  elementwise_add: binary(ops.add),
  add: binary(ops.add),
  elementwise_sub: binary(ops.sub),
  subtract: binary(ops.sub),
  elementwise_mul: binary(ops.mul),
  multiply: binary(ops.mul),
  elementwise_div: binary(ops.div),
  divide: binary(ops.div),
  elementwise_max: binary(ops.maximum),
  maximum: binary(ops.maximum),
  elementwise_min: binary(ops.minimum),
  minimum: binary(ops.minimum),
  elementwise_pow: binary(ops.pow),
  elementwise_floordiv: binary(ops.floorDiv),
  floor_divide: binary(ops.floorDiv),
  elementwise_mod: binary(ops.mod),
  remainder: binary(ops.mod),
  pow: (c) => ops.pow(c.tensor('X', 0), parameter(c, ['factor', 'y'], 1)),
  scale,
  clip,
  dropout,
  relu: unary((x) => ops.relu(x)),
  relu6: unary(ops.relu6),
  sigmoid: unary(ops.sigmoid),
  logsigmoid: unary(ops.logSigmoid),
  tanh: unary(ops.tanh),
  silu: unary(ops.silu),
  swish: (c) => {
    const x = c.tensor('X', 0);
    const beta = c.number('beta', 1);
    return beta === 1 ? ops.silu(x) : ops.mul(x, ops.sigmoid(ops.mul(x, beta)));
  },
  mish: unary(ops.mish),
  softsign: unary(ops.softsign),
  softplus,
  gelu: (c) => ops.gelu(c.tensor('X', 0), c.flag('approximate')),
  elu: (c) => ops.elu(c.tensor('X', 0), c.number('alpha', 1)),
  selu: unary(ops.selu),
  leaky_relu: (c) =>
    ops.leakyRelu(c.tensor('X', 0), parameter(c, ['negative_slope', 'alpha'], 0.01)),
  prelu,
  hard_sigmoid: hardSigmoid,
  hardsigmoid: hardSigmoid,
  hard_swish: hardSwish,
  hardswish: hardSwish,
  brelu: hardTanh,
  hardtanh: hardTanh,
  exp: unary(ops.exp),
  log: unary(ops.log),
  sqrt: unary(ops.sqrt),
  rsqrt: unary(ops.rsqrt),
  square: unary(ops.square),
  reciprocal: unary(ops.reciprocal),
  abs: unary(ops.abs),
  floor: unary(ops.floor),
  ceil: unary(ops.ceil),
  round: unary(ops.round),
  sin: unary(ops.sin),
  cos: unary(ops.cos),
  erf: unary(ops.erf),
};
