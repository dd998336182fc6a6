import * as ops from '../../src/ops/index.ts';
import { type OpCase, shaped } from './operand.ts';

export const productCases: OpCase[] = [
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
