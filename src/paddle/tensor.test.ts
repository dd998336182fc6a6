import { expect, test } from 'vitest';
import { tensor as coreTensor, zeros as coreZeros, mul } from '../ops/index.ts';
import { DTypeError, GradusError, ShapeError } from '../tensor/index.ts';
import * as paddle from './namespace.ts';

const { toTensor } = paddle;
const leaf = (values: number[]) => toTensor(values, { dtype: 'float32', stopGradient: false });

test('prints as PaddlePaddle 3.3.1 does', () => {
  const rows: [paddle.Tensor, string][] = [
    [toTensor([1.5, -2, 1e-9]), '[1.50000000, -2.       , 0.00000000]'],
    [
      toTensor([
        [1, 20],
        [300, 4],
      ]),
      '[[1  , 20 ],\n        [300, 4  ]]',
    ],
    [toTensor([true, false]), '[True , False]'],
    [toTensor(2.71), '2.71000004'],
    [toTensor([1e10, 1], 'float32'), '[10000000000., 1.          ]'],
    [paddle.zeros([0, 3]), '[]'],
    [paddle.arange(2000).astype('float32'), '[0.   , 1.   , 2.   , ..., 1997., 1998., 1999.]'],
    [toTensor([[[1, 2]], [[3, 4]]], 'float32'), '[[[1., 2.]],\n\n        [[3., 4.]]]'],
    [toTensor([Number.POSITIVE_INFINITY, -1], 'float32'), '[inf., -1. ]'],
    [
      paddle.complex(toTensor([1], 'float32'), toTensor([2], 'float32')),
      '[(1.00000000+2.00000000j)]',
    ],
  ];
  for (const [x, elements] of rows) {
    const shape = `[${x.shape.join(', ')}]`;
    expect(String(x)).toBe(
      `Tensor(shape=${shape}, dtype=${x.dtype}, place=Place(cpu), stop_gradient=True,\n       ${elements})`,
    );
  }
  const wide = String(paddle.full([2, 12], 1.5)).split('\n');
  expect(wide).toHaveLength(5);
  expect(wide[2]).toBe(`         ${Array(6).fill('1.50000000').join(', ')}],`);
});

test('whole numbers are int64, a fraction makes floats, booleans are bool', () => {
  expect(toTensor([1, 2]).dtype).toBe('int64');
  expect(toTensor([1, 2.5]).dtype).toBe('float32');
  expect(toTensor([true]).dtype).toBe('bool');
  expect(toTensor(Float64Array.of(1)).dtype).toBe('float64');
  expect(toTensor(BigInt64Array.of(7n)).tolist()).toEqual([7]);
  expect(() => {
    toTensor([1, 2]).stopGradient = false;
  }).toThrow(DTypeError);
});

test('stopGradient, leaves and detached tensors', () => {
  const x = leaf([1, 2]);
  const y = x.multiply(x);
  expect([x.stopGradient, y.stopGradient, x.isLeaf, y.isLeaf]).toEqual([false, false, true, false]);
  y.stopGradient = true;
  y.add(x).sum().backward();
  expect(x.grad?.tolist()).toEqual([1, 1]);
  const own = x.detach();
  own.stopGradient = false;
  x.clearGrad();
  x.multiply(own).sum().backward();
  expect([x.grad?.tolist(), own.grad?.tolist()]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('gradients accumulate, become zeros, or are forgotten', () => {
  const x = leaf([1, 2]);
  expect(x.grad).toBeNull();
  x.sum().backward();
  x.square().sum().backward();
  expect(x.grad?.tolist()).toEqual([3, 5]);
  x.clearGrad();
  expect(x.grad?.tolist()).toEqual([0, 0]);
  x.clearGradient(false);
  expect(x.grad).toBeNull();
  x.grad = toTensor([4, 5], 'float32');
  x.grad?.scale_(2);
  expect(x.grad?.tolist()).toEqual([8, 10]);
  expect(() => {
    x.grad = toTensor([1.5]);
  }).toThrow(ShapeError);
});

test('changing in place leaves what was computed before as it was', () => {
  const w = leaf([2, 3]);
  const x = toTensor([1.5, 2.5]);
  const y = w.multiply(x);
  x.add_(toTensor([10, 10], 'float32'));
  expect(x.tolist()).toEqual([11.5, 12.5]);
  y.sum().backward();
  expect(w.grad?.tolist()).toEqual([1.5, 2.5]);
  const z = w.scale(2);
  z.add_(w);
  w.clearGradient(false);
  z.sum().backward();
  expect(w.grad?.tolist()).toEqual([3, 3]);
});

test('a leaf that needs gradients changes in place only inside noGrad, in its own memory', () => {
  const w = new paddle.Parameter([1, 2]);
  const { storage } = w;
  expect(() => w.add_(1)).toThrow(/add_.*noGrad/);
  expect(() => w.add_(1)).toThrow(GradusError);
  paddle.noGrad(() => w.subtract_(toTensor([0.5, 0.5])));
  expect(w.tolist()).toEqual([0.5, 1.5]);
  w.setValue([7, 8]);
  expect([w.tolist(), w.storage === storage, w.isLeaf]).toEqual([[7, 8], true, true]);
  expect(() => w.setValue([1])).toThrow(ShapeError);
  expect(String(w)).toMatch(/^Parameter containing:\nTensor\(shape=\[2\]/);
});

test('scale names the activations that it takes', () => {
  expect(toTensor([-1, 2], 'float32').scale(2, { act: 'relu' }).tolist()).toEqual([0, 4]);
  expect(() => leaf([1]).scale(2, { act: 'gelu' })).toThrow(/act must be .*received 'gelu'/);
});

test('tensors of both doors mix', () => {
  const core = coreTensor([1, 2], { requiresGrad: true });
  const y = paddle.multiply(core, toTensor([3, 4], 'float32')).sum();
  y.backward();
  expect([...(core.grad?.dataSync() ?? [])]).toEqual([3, 4]);
  const x = leaf([1, 2]);
  mul(x.tensor, coreZeros([2]))
    .sum()
    .backward();
  expect(x.grad?.tolist()).toEqual([0, 0]);
});

test('elements as numbers', () => {
  const x = toTensor([
    [1.5, 2],
    [3, 4],
  ]);
  expect([x.item(0, 1), x.item(3), x.item(-1, -1)]).toEqual([2, 4, 4]);
  expect(toTensor([true]).item()).toBe(true);
  expect(x.numpy()).toEqual(Float32Array.of(1.5, 2, 3, 4));
  expect([x.ndim, x.size, x.dim(), x.T.tolist()]).toEqual([
    2,
    4,
    2,
    [
      [1.5, 3],
      [2, 4],
    ],
  ]);
  expect(() => x.item(9)).toThrow(ShapeError);
  expect(() => x.item()).toThrow(ShapeError);
});

test('only floats of different types meet', () => {
  expect(() => toTensor([1]).add(toTensor([1.5]))).toThrow(/add: int64 and float32 do not meet/);
  expect(toTensor([1.5]).add(toTensor([1.5], 'float64')).dtype).toBe('float64');
  expect(toTensor([1, 2]).divide(2).tolist()).toEqual([0.5, 1]);
  expect([toTensor([true]).add(1).dtype, toTensor([1]).multiply(1.5).dtype]).toEqual([
    'int64',
    'float32',
  ]);
});
