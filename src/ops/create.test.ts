import { beforeAll, expect, test } from 'vitest';
import { setBackend } from '../backends/index.ts';
import type { DType } from '../tensor/index.ts';
import {
  arange,
  eye,
  fromData,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  tensor,
  zeros,
  zerosLike,
} from './index.ts';
import './methods.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

test('nested arrays, typed arrays and numbers give shape and type', () => {
  const cases: readonly (readonly [Parameters<typeof tensor>[0], readonly number[], DType])[] = [
    [3, [], 'float32'],
    [true, [], 'bool'],
    [[[1, 2, 3]], [1, 3], 'float32'],
    [[[true], [false]], [2, 1], 'bool'],
    [[], [0], 'float32'],
    [[[], []], [2, 0], 'float32'],
    [Int32Array.of(1, 2), [2], 'int32'],
    [Float64Array.of(1), [1], 'float64'],
    [new Uint8ClampedArray(3) as never, [3], 'uint8'],
    [[Float32Array.of(1, 2), Float32Array.of(3, 4)], [2, 2], 'float32'],
  ];
  for (const [value, shape, dtype] of cases) {
    const x = tensor(value);
    expect(x.shape).toEqual(shape);
    expect(x.dtype).toBe(dtype);
  }
  expect(tensor([Float32Array.of(1, 2), Float32Array.of(3, 4)]).toArray()).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test('numbers are converted as NumPy does', () => {
  expect(tensor([1.7, -1.7, 300], { dtype: 'uint8' }).toArray()).toEqual([1, 255, 44]);
  expect(tensor([1.7, -1.7], { dtype: 'int64' }).toArray()).toEqual([1, -1]);
  expect(tensor([0, -0.5, Number.NaN], { dtype: 'bool' }).toArray()).toEqual([false, true, true]);
  expect(tensor([0.1], { dtype: 'float16' }).item()).toBe(0.0999755859375);
  expect(fromData(Uint16Array.of(0x3c00, 0xc000), [2], 'float16').toArray()).toEqual([1, -2]);
  expect(fromData(Float32Array.of(1, 2), [2], 'bfloat16').dtype).toBe('bfloat16');
  expect(fromData(Uint8Array.of(0, 5), [2], 'bool').toArray()).toEqual([false, true]);
  expect(() => fromData(Float64Array.of(2 ** 60), [1], 'int64')).toThrow(/not a safe integer/);
});

test('data is copied', () => {
  const data = Float32Array.of(1, 2);
  const x = fromData(data, [2]);
  const y = tensor(x);
  data[0] = 9;
  x.storage.array[1] = 7;
  expect(x.toArray()).toEqual([1, 7]);
  expect(y.toArray()).toEqual([1, 2]);
});

test('tensor of a tensor drops history and converts', () => {
  const x = tensor([1.5], { requiresGrad: true });
  const y = tensor(x.mul(2), { dtype: 'int32' });
  expect([y.node, y.requiresGrad, y.dtype, y.item()]).toEqual([null, false, 'int32', 3]);
  expect(x.requiresGrad).toBe(true);
});

test('filled tensors', () => {
  expect(zeros([2, 0]).shape).toEqual([2, 0]);
  expect(ones([2], { dtype: 'int32' }).toArray()).toEqual([1, 1]);
  expect(full([], 2.5).item()).toBe(2.5);
  expect(full([1], 2, { dtype: 'bool' }).toArray()).toEqual([true]);
  const like = tensor([[1, 2]], { dtype: 'int32' });
  expect([onesLike(like).dtype, onesLike(like).toArray()]).toEqual(['int32', [[1, 1]]]);
  expect(fullLike(like, 0.5, { dtype: 'float32' }).toArray()).toEqual([[0.5, 0.5]]);
  const channelsFirst = zeros([1, 4, 4, 3]).transpose([0, 3, 1, 2]);
  expect(zerosLike(channelsFirst).strides.slice(1)).toEqual(channelsFirst.strides.slice(1));
});

test('ranges', () => {
  expect([arange(3).dtype, arange(0, 1, 0.5).dtype]).toEqual(['int32', 'float32']);
  expect(arange(5, 0, -2).toArray()).toEqual([5, 3, 1]);
  expect(arange(3, 1).toArray()).toEqual([]);
  expect(arange(1, 4, 1, { dtype: 'float64' }).toArray()).toEqual([1, 2, 3]);
  expect(linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(linspace(0, 1, 4, { endpoint: false }).toArray()).toEqual([0, 0.25, 0.5, 0.75]);
  expect(linspace(3, 9, 1).toArray()).toEqual([3]);
  expect(linspace(3, 9, 0).toArray()).toEqual([]);
  expect(linspace(0, 0.3, 4, { dtype: 'float64' }).toArray()).toEqual([
    0, 0.09999999999999999, 0.19999999999999998, 0.3,
  ]);
  expect(eye(2, 3, { offset: 1 }).toArray()).toEqual([
    [0, 1, 0],
    [0, 0, 1],
  ]);
});
