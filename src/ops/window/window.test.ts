import { beforeAll, describe, expect, test } from 'vitest';
import { setBackend } from '../../backends/index.ts';
import * as ops from '../index.ts';
import '../methods.ts';
import { samePadding, windowGeometry } from './geometry.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

const counted = (...shape: number[]) =>
  ops
    .arange(shape.reduce((a, b) => a * b, 1))
    .reshape(shape)
    .cast('float32');

describe('geometry', () => {
  test("'same' puts the odd cell behind", () => {
    expect(samePadding(5, 3, 1)).toEqual([1, 1]);
    expect(samePadding(4, 2, 1)).toEqual([0, 1]);
    expect(samePadding(5, 3, 2)).toEqual([1, 1]);
    expect(samePadding(6, 3, 2)).toEqual([0, 1]);
    expect(samePadding(3, 1, 2)).toEqual([0, 0]);
  });

  test('padding as a number, one for each axis, or pairs', () => {
    const pads = (padding: ops.Padding) =>
      windowGeometry('op', [5, 6], [3, 3], { padding }).padding;
    expect(pads(1)).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(pads([1, 2])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(
      pads([
        [1, 0],
        [0, 2],
      ]),
    ).toEqual([
      [1, 0],
      [0, 2],
    ]);
    expect(pads('valid')).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test('ceilMode adds a window that starts inside the input', () => {
    const cells = (n: number, padding: number, ceil: boolean) =>
      windowGeometry('op', [n], [3], { strides: 2, padding }, ceil).output[0];
    expect([cells(6, 0, false), cells(6, 0, true)]).toEqual([2, 3]);
    expect([cells(7, 0, false), cells(7, 0, true)]).toEqual([3, 3]);
    expect([cells(6, 1, false), cells(6, 1, true)]).toEqual([3, 4]);
    // A window of 2 with step 4 would start in the padding behind: left out.
    expect(windowGeometry('op', [4], [2], { strides: 4, padding: 1 }, true).output).toEqual([2]);
    expect(windowGeometry('op', [3], [2], { strides: 4, padding: 1 }, true).output).toEqual([1]);
  });
});

describe('pools', () => {
  test('padding is never the maximum, nor counted unless asked for', () => {
    const x = ops.full([1, 2, 2, 1], -5);
    expect(ops.maxPool2d(x, 2, { padding: 1, strides: 2 }).flatten().toArray()).toEqual([
      -5, -5, -5, -5,
    ]);
    expect(ops.avgPool2d(x, 2, { padding: 1, strides: 2 }).flatten().toArray()).toEqual([
      -5, -5, -5, -5,
    ]);
    const counting = { padding: 1, strides: 2, countPadding: true };
    expect(ops.avgPool2d(x, 2, counting).flatten().toArray()).toEqual([-1.25, -1.25, -1.25, -1.25]);
  });

  test('cells beyond the padding are not counted', () => {
    const options = { strides: 2, padding: 1, countPadding: true, ceilMode: true };
    // 4 windows over 1 + 6 + 1 cells; the last has one cell inside and the padding, which makes 2
    // of 3.
    const y = ops.avgPool2d(ops.ones([1, 1, 6, 1]), [1, 3], { ...options, padding: [0, 1] });
    expect(y.flatten().toArray()).toEqual([2 / 3, 1, 1, 0.5].map(Math.fround));
  });

  test('integers keep their type where maxima do', () => {
    const x = ops.tensor([[[[1], [200]]]], { dtype: 'uint8' });
    const y = ops.maxPool2d(x, [1, 2]);
    expect([y.dtype, y.toArray()]).toEqual(['uint8', [[[[200]]]]]);
    expect(ops.avgPool2d(x, [1, 2]).item()).toBe(100.5);
  });

  test('the first maximum gets the gradient', () => {
    const x = ops.ones([1, 2, 2, 1], { requiresGrad: true });
    ops.maxPool2d(x, 2).sum().backward();
    expect(x.grad?.flatten().toArray()).toEqual([1, 0, 0, 0]);
  });

  test('a series and a volume are pooled as an image is', () => {
    expect(
      ops
        .maxPool1d(counted(1, 5, 1), 2, { padding: 'same' })
        .flatten()
        .toArray(),
    ).toEqual([1, 3, 4]);
    expect(ops.maxPool3d(counted(1, 2, 2, 2, 1), 2).toArray()).toEqual([[[[[7]]]]]);
    expect(
      ops
        .avgPool3d(counted(1, 2, 2, 2, 1), [2, 1, 2])
        .flatten()
        .toArray(),
    ).toEqual([2.5, 4.5]);
  });

  test('adaptive windows overlap where sizes do not divide', () => {
    const x = counted(1, 5, 1);
    expect(ops.adaptiveAvgPool1d(x, 3).flatten().toArray()).toEqual([0.5, 2, 3.5]);
    expect(ops.adaptiveMaxPool1d(x, 3).flatten().toArray()).toEqual([1, 3, 4]);
    expect(ops.adaptiveAvgPool2d(counted(1, 2, 2, 1), 1).item()).toBe(1.5);
    expect(
      ops
        .adaptiveAvgPool1d(counted(1, 2, 1), 4)
        .flatten()
        .toArray(),
    ).toEqual([0, 0, 1, 1]);
  });
});

describe('convolutions', () => {
  test('images as integers are taken as float32', () => {
    const x = ops.ones([1, 3, 3, 1], { dtype: 'uint8' });
    const y = ops.conv2d(x, ops.ones([3, 3, 1, 1]), { padding: 'same' });
    expect([y.dtype, y.flatten().toArray()]).toEqual(['float32', [4, 6, 4, 6, 9, 6, 4, 6, 4]]);
  });

  test('a fused activation equals one applied to the result', () => {
    const x = ops.random.normal([2, 5, 5, 3], { seed: 1 });
    const w = ops.random.normal([3, 3, 3, 4], { seed: 2 });
    const bias = ops.random.normal([4], { seed: 3 });
    const plain = ops.conv2d(x, w, { bias });
    for (const [name, f] of Object.entries({
      relu: ops.relu,
      tanh: ops.tanh,
      sigmoid: ops.sigmoid,
    })) {
      const fused = ops.conv2d(x, w, { bias, activation: name as ops.FusedActivationName });
      expect(fused.sub(f(plain)).abs().max().item()).toBeLessThan(1e-6);
    }
  });

  test('causal: no output sees later inputs', () => {
    const y = ops.conv1d([[[1], [0], [0], [0]]], ops.ones([2, 1, 1]), {
      padding: 'causal',
      dilation: 2,
    });
    expect(y.flatten().toArray()).toEqual([1, 0, 1, 0]);
  });

  test('the transposed convolution is the adjoint of the convolution', () => {
    const w = ops.random.normal([3, 2, 2, 3], { seed: 1 });
    const x = ops.random.normal([1, 6, 8, 2], { seed: 2 });
    const options = { strides: 2, padding: 'same' } as const;
    const y = ops.conv2d(x, w, options);
    const other = ops.random.normal(y.shape, { seed: 3 });
    const back = ops.conv2dTranspose(other, w, options);
    expect(back.shape).toEqual(x.shape);
    expect(back.mul(x).sum().item()).toBeCloseTo(y.mul(other).sum().item(), 3);
  });
});

describe('resize', () => {
  test('nearest keeps the type', () => {
    const x = ops.tensor([[[1], [2]]], { dtype: 'uint8' });
    const y = ops.resize(x, [2, 4], { method: 'nearest' });
    expect([y.dtype, y.toArray()]).toEqual([
      'uint8',
      [
        [[1], [1], [2], [2]],
        [[1], [1], [2], [2]],
      ],
    ]);
  });

  test('coordinates', () => {
    const line = counted(1, 3, 1);
    const to = (count: number, options: ops.ResizeOptions) =>
      ops.resize(line, [1, count], options).flatten().toArray();
    expect(to(5, { coordinates: 'alignCorners' })).toEqual([0, 0.5, 1, 1.5, 2]);
    expect(to(6, {})).toEqual([0, 0.25, 0.75, 1.25, 1.75, 2]);
    expect(to(2, { method: 'nearest', coordinates: 'asymmetric' })).toEqual([0, 1]);
    expect(to(2, { method: 'nearest' })).toEqual([0, 2]);
    expect(to(1, { coordinates: 'alignCorners' })).toEqual([0]);
    expect(to(3, {})).toEqual([0, 1, 2]);
  });

  test('every method keeps a constant image', () => {
    const x = ops.full([1, 5, 7, 2], 3);
    for (const method of ['nearest', 'bilinear', 'bicubic', 'area'] as const) {
      for (const size of [
        [3, 11],
        [8, 2],
      ]) {
        const y = ops.resize(x, size, { method });
        expect([y.min().item(), y.max().item()].map((v) => Math.abs(v - 3) < 1e-6)).toEqual([
          true,
          true,
        ]);
      }
    }
  });

  test('upsample2d repeats pixels', () => {
    const y = ops.upsample2d(counted(1, 1, 2, 1), [2, 2]);
    expect(y.flatten().toArray()).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
  });
});
