import { expect, test } from 'vitest';
import { ValueError } from '../tensor/index.ts';
import * as paddle from './namespace.ts';

const { toTensor } = paddle;
const grid = () =>
  toTensor(
    [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ],
    { dtype: 'float32', stopGradient: false },
  );

test('parts by Python’s rules, slices as text or objects', () => {
  const x = grid();
  expect(x.index(':', [0, 2]).tolist()).toEqual([
    [1, 3],
    [4, 6],
    [7, 9],
  ]);
  expect(x.index(-1).tolist()).toEqual([7, 8, 9]);
  expect(x.index('1:', '::2').tolist()).toEqual([
    [4, 6],
    [7, 9],
  ]);
  expect(x.index({ start: 1 }, { step: 2 }).tolist()).toEqual([
    [4, 6],
    [7, 9],
  ]);
  expect(x.index('...', 0).tolist()).toEqual([1, 4, 7]);
  expect(x.index(null, 0).tolist()).toEqual([[1, 2, 3]]);
  expect(x.index(toTensor([true, false, true])).shape).toEqual([2, 3]);
  expect(x.index(x.greaterThan(5)).tolist()).toEqual([6, 7, 8, 9]);
  expect(x.index('::-1').tolist()).toEqual([
    [7, 8, 9],
    [4, 5, 6],
    [1, 2, 3],
  ]);
  expect(x.index([0, 1], [2, 0]).tolist()).toEqual([3, 4]);
  expect(() => x.index('one')).toThrow(ValueError);
});

test('setItem writes in place and gradients follow', () => {
  const x = grid();
  const y = x.multiply(1);
  y.setItem(1, 0);
  y.square().sum().backward();
  expect(x.grad?.tolist()).toEqual([
    [2, 4, 6],
    [0, 0, 0],
    [14, 16, 18],
  ]);
  const a = toTensor([
    [1, 2],
    [3, 4],
  ]);
  a.setItem([':', 1], 9);
  expect(a.tolist()).toEqual([
    [1, 9],
    [3, 9],
  ]);
  a.setItem([a.greaterThan(3)], 0);
  expect(a.tolist()).toEqual([
    [1, 0],
    [3, 0],
  ]);
  a.setItem(
    [
      [0, 1],
      [1, 0],
    ],
    toTensor([7, 8]),
  );
  expect(a.tolist()).toEqual([
    [1, 7],
    [8, 0],
  ]);
  const v = toTensor([10, 20], { dtype: 'float32', stopGradient: false });
  const b = paddle.zeros([2, 2]);
  b.setItem(0, v);
  b.square().sum().backward();
  expect(v.grad?.tolist()).toEqual([20, 40]);
});
