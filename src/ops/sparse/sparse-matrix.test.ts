import { beforeAll, expect, test } from 'vitest';
import { setBackend } from '../../backends/index.ts';
import { ShapeError } from '../../tensor/index.ts';
import { matmul, SparseMatrix, tensor } from '../index.ts';

beforeAll(() => setBackend('cpu'));

const dense = [
  [0, 2, 0],
  [0, 0, 0],
  [3, 0, -1],
];

test('takes and gives dense rows', () => {
  const x = SparseMatrix.fromDense(dense);
  expect([x.shape, x.storedSize, x.dtype]).toEqual([[3, 3], 3, 'float32']);
  expect(x.toDense().toArray()).toEqual(dense);
  expect(x.takeRows([2, 0, 2]).toDense().toArray()).toEqual([dense[2], dense[0], dense[2]]);
  expect(SparseMatrix.fromDense(tensor(dense, { dtype: 'float64' })).dtype).toBe('float64');
});

test('over tensors with room to spare, whose contents change', () => {
  const values = tensor([1, 2, 9, 9]);
  const columns = tensor([2, 0, 1, 1], { dtype: 'int32' });
  const rowStarts = tensor([0, 1, 2], { dtype: 'int32' });
  const x = SparseMatrix.fromTensors([2, 3], { values, columns, rowStarts });
  const ones = [[1], [10], [100]];
  expect(x.storedSize).toBe(2);
  expect(x.toDense().toArray()).toEqual([
    [0, 0, 1],
    [2, 0, 0],
  ]);
  expect(matmul(x, ones).toArray()).toEqual([[100], [2]]);
  rowStarts.storage.array.set([0, 0, 3]);
  expect(matmul(x, ones).toArray()).toEqual([[0], [192]]);
  expect(x.takeRows([1]).toDense().toArray()).toEqual([[2, 9, 1]]);
});

test('tensors that do not fit are refused', () => {
  const columns = tensor([0], { dtype: 'int32' });
  const rowStarts = tensor([0, 1], { dtype: 'int32' });
  const make = (parts: object) => () =>
    SparseMatrix.fromTensors([1, 1], { values: tensor([1]), columns, rowStarts, ...parts });
  expect(make({})).not.toThrow();
  expect(make({ values: tensor([1, 2]) })).toThrow(ShapeError);
  expect(make({ columns: tensor([0]) })).toThrow('expected columns int32 [n], rowStarts int32 [2]');
  expect(make({ rowStarts: tensor([0], { dtype: 'int32' }) })).toThrow(ShapeError);
});
