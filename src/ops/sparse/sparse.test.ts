import { beforeAll, expect, test } from 'vitest';
import { gradients } from '../../autograd/index.ts';
import { setBackend } from '../../backends/index.ts';
import type { Tensor } from '../../tensor/index.ts';
import { dense, matmul, SparseMatrix, tensor } from '../index.ts';
import '../methods.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

test('rows of columns are ones, each once and in order', () => {
  const m = SparseMatrix.fromRows([[3, 1, 3], [], [0]], 4);
  expect([m.shape, m.storedSize, m.values.size]).toEqual([[3, 4], 3, 0]);
  expect(m.columns.toArray()).toEqual([1, 3, 0]);
  expect(m.toDense().toArray()).toEqual([
    [0, 1, 0, 1],
    [0, 0, 0, 0],
    [1, 0, 0, 0],
  ]);
});

test('dense there and back', () => {
  const x = [
    [0, 2.5, 0],
    [0, 0, 0],
    [-1, 0, 3],
  ];
  const m = SparseMatrix.fromDense(x);
  expect(m.storedSize).toBe(3);
  expect(m.toDense().toArray()).toEqual(x);
  expect(SparseMatrix.fromDense(tensor(x, { dtype: 'float64' })).dtype).toBe('float64');
});

test('batches of rows', () => {
  const m = SparseMatrix.fromDense([
    [1, 0],
    [0, 2],
    [3, 4],
  ]);
  expect(m.takeRows([2, 0, 2]).toDense().toArray()).toEqual([
    [3, 4],
    [1, 0],
    [3, 4],
  ]);
  expect(
    SparseMatrix.fromRows([[0], [1]], 2)
      .takeRows([1])
      .toDense()
      .toArray(),
  ).toEqual([[0, 1]]);
  expect(() => m.takeRows([3])).toThrow(/row 3 is out of range/);
});

test('products with bias and activation, and their gradients', () => {
  const m = SparseMatrix.fromRows([[0, 2], [1]], 3);
  const w = tensor(
    [
      [1, -1],
      [2, -2],
      [3, -3],
    ],
    { requiresGrad: true },
  );
  const b = tensor([1, 1], { requiresGrad: true });
  const y = dense(m, w, b, 'relu');
  expect(y.toArray()).toEqual([
    [5, 0],
    [3, 0],
  ]);
  const [dw, db] = gradients([y], [w, b]) as Tensor[];
  expect([dw.toArray(), db.toArray()]).toEqual([
    [
      [1, 0],
      [1, 0],
      [1, 0],
    ],
    [2, 0],
  ]);
  expect(matmul(m, w).toArray()).toEqual(matmul(m.toDense(), w).toArray());
  expect(() => matmul(m, w, { transposeB: true })).toThrow(/sparse/);
});
