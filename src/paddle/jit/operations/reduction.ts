import * as ops from '../../../ops/index.ts';
import { sizeOf, type Tensor } from '../../../tensor/index.ts';
import type { Operation, OperationCall } from '../operation-call.ts';

type Reduce = (x: Tensor, axes: readonly number[] | null, options: { keepDims: boolean }) => Tensor;

const reduce =
  (f: Reduce): Operation =>
  (c) => {
    const older = c.attribute('dim') !== undefined;
    const axes = older ? c.numbers('dim') : axesOf(c);
    const all = c.flag('reduce_all') || axes.length === 0;
    return f(c.tensor('X', 0), all ? null : axes, {
      keepDims: c.flag(older ? 'keep_dim' : 'keepdim'),
    });
  };

const axesOf = (c: OperationCall): number[] =>
  c.attribute('axis') === undefined ? c.sizes('axis', ['AxesTensor'], 1) : c.numbers('axis');

function argmax(c: OperationCall): Tensor {
  const x = c.tensor('X', 0);
  const dtype = c.attribute('dtype') === 2 || c.attribute('dtype') === 'int32' ? 'int32' : 'int64';
  const axis = c.flag('flatten') ? null : c.size('axis', 'AxisTensor', 1, -1);
  const keepDims = c.flag('keepdims');
  const found =
    axis === null ? ops.argmax(ops.reshape(x, [-1]), 0) : ops.argmax(x, axis, { keepDims });
  return ops.cast(found, dtype);
}

function matmul(c: OperationCall): Tensor {
  const either = (...names: string[]): boolean => names.some((name) => c.flag(name));
  return ops.matmul(c.tensor('X', 0), c.tensor('Y', 1), {
    transposeA: either('trans_x', 'transpose_x', 'transpose_X'),
    transposeB: either('trans_y', 'transpose_y', 'transpose_Y'),
  });
}

/** The oldest product: the axes in front of `x_num_col_dims` are rows, the others columns. */
function mul(c: OperationCall): Tensor {
  const [x, y] = [c.tensor('X', 0), c.tensor('Y', 1)];
  const [rows, inner] = [c.number('x_num_col_dims', 1), c.number('y_num_col_dims', 1)];
  const a = ops.reshape(x, [sizeOf(x.shape.slice(0, rows)), -1]);
  const b = ops.reshape(y, [sizeOf(y.shape.slice(0, inner)), -1]);
  return ops.reshape(ops.matmul(a, b), [...x.shape.slice(0, rows), ...y.shape.slice(inner)]);
}

const topK: Operation = (c) => {
  const k = c.size('k', 'K', 1);
  const { values, indices } = ops.topK(c.tensor('X', 0), k);
  return [values, ops.cast(indices, 'int64')];
};

/** Sums, products and what else brings axes together, under the names of both formats. */
export const reductionOperations: Readonly<Record<string, Operation>> = {
  mean: (c) =>
    c.attribute('keepdim') === undefined ? ops.mean(c.tensor('X', 0)) : reduce(ops.mean)(c),
  reduce_mean: reduce(ops.mean),
  sum: (c) => {
    // In older programs it adds tensors up.
    if (c.attribute('keepdim') !== undefined) return reduce(ops.sum)(c);
    return c.tensors('X', 0).reduce((total, x) => ops.add(total, x));
  },
  add_n: (c) => c.tensors('X', 0).reduce((total, x) => ops.add(total, x)),
  reduce_sum: reduce(ops.sum),
  max: reduce(ops.max),
  reduce_max: reduce(ops.max),
  min: reduce(ops.min),
  reduce_min: reduce(ops.min),
  argmax,
  arg_max: argmax,
  topk: topK,
  top_k_v2: topK,
  softmax: (c) => ops.softmax(c.tensor('X', 0), c.number('axis', -1)),
  log_softmax: (c) => ops.logSoftmax(c.tensor('X', 0), c.number('axis', -1)),
  matmul,
  matmul_v2: matmul,
  mul,
};
