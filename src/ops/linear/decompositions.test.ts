import { expect, test } from 'vitest';
import { ShapeError, type Tensor, ValueError } from '../../tensor/index.ts';
import { checkGradient } from '../../testing/index.ts';
import * as ops from '../index.ts';

const matrix = ops.tensor(
  [
    [4, 1, 0.5],
    [1, 3, -0.7],
    [0.5, -0.7, 2],
  ],
  { dtype: 'float64' },
);
const tall = ops.tensor(
  [
    [1, 2],
    [3, -1],
    [0.5, 4],
  ],
  { dtype: 'float64' },
);
const turned = (x: Tensor): Tensor => ops.swapAxes(x, -1, -2);
const close = (a: Tensor, b: Tensor): void => {
  const [x, y] = [a.dataSync(), b.dataSync()];
  expect(a.shape).toEqual(b.shape);
  x.forEach((v: number, i: number) => {
    expect(v).toBeCloseTo(y[i], 9);
  });
};

test('inverse and solution', () => {
  close(ops.matmul(ops.inverse(matrix), matrix), ops.eye(3, 3, { dtype: 'float64' }));
  close(ops.matmul(matrix, ops.solve(matrix, tall)), tall);
  expect(() => ops.inverse(ops.zeros([2, 2]))).toThrow(ValueError);
  expect(() => ops.inverse(tall)).toThrow(ShapeError);
});

test('determinant and its logarithm', () => {
  const expected = ops.determinant(matrix).item();
  expect(expected).toBeCloseTo(4 * (6 - 0.49) - (2 + 0.35) + 0.5 * (-0.7 - 1.5), 9);
  const { sign, logarithm } = ops.logDeterminant(matrix);
  expect([sign.item(), logarithm.exp().item()]).toEqual([1, expect.closeTo(expected, 9)]);
});

test('factors give the matrix back', () => {
  const lower = ops.cholesky(matrix);
  close(ops.matmul(lower, turned(lower)), matrix);
  const { u, values, v } = ops.singularValues(tall);
  close(ops.matmul(ops.mul(u, values), turned(v)), tall);
  const { values: l, vectors } = ops.symmetricEigen(matrix);
  close(ops.matmul(ops.mul(vectors, l), turned(vectors)), matrix);
  const { q, r } = ops.orthogonalTriangular(tall);
  close(ops.matmul(q, r), tall);
  expect(() => ops.cholesky(ops.neg(matrix))).toThrow(ValueError);
});

test.each([
  ['inverse', ops.inverse, matrix],
  ['determinant', ops.determinant, matrix],
  ['logDeterminant', (x: Tensor) => ops.logDeterminant(x).logarithm, matrix],
  ['cholesky', (x: Tensor) => ops.cholesky(ops.mul(ops.add(x, turned(x)), 0.5)), matrix],
  ['singularValues', (x: Tensor) => ops.singularValues(x).values, tall],
  [
    'symmetricEigen',
    (x: Tensor) => ops.symmetricEigen(ops.mul(ops.add(x, turned(x)), 0.5)).values,
    matrix,
  ],
  ['solve', (x: Tensor) => ops.solve(x, tall), matrix],
])('gradient of %s', (_, f, x) => {
  checkGradient(f, [x]);
});
