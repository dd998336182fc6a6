import { beforeAll, describe, expect, test } from 'vitest';
import { grad, gradients } from '../../autograd/index.ts';
import { setBackend } from '../../backends/index.ts';
import type { DType, Tensor } from '../../tensor/index.ts';
import * as ops from '../index.ts';
import '../methods.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

const typed = (dtype: DType, ...values: number[]) => ops.tensor(values, { dtype });

describe('types', () => {
  test('operands are promoted as in NumPy, int32 with float32 to float32', () => {
    const rows: readonly (readonly [DType, DType, DType])[] = [
      ['float32', 'float64', 'float64'],
      ['float16', 'float32', 'float32'],
      ['float16', 'bfloat16', 'float32'],
      ['int32', 'float32', 'float32'],
      ['int64', 'float16', 'float16'],
      ['uint8', 'int8', 'int16'],
      ['uint8', 'int32', 'int32'],
      ['bool', 'uint8', 'uint8'],
      ['int32', 'int64', 'int64'],
    ];
    for (const [a, b, result] of rows) {
      expect(ops.add(typed(a, 1), typed(b, 1)).dtype).toBe(result);
      expect(ops.add(typed(b, 1), typed(a, 1)).dtype).toBe(result);
    }
  });

  test('numbers take the type of the tensor, unless it is integer and they are not', () => {
    expect(ops.add(typed('int32', 1), 2).dtype).toBe('int32');
    expect(ops.add(typed('int32', 1), 0.5).toArray()).toEqual([1.5]);
    expect(ops.mul(0.5, typed('uint8', 3)).dtype).toBe('float32');
    expect(ops.add(typed('bool', 1), 2).toArray()).toEqual([3]);
    expect(ops.add(typed('bool', 1), 2).dtype).toBe('int32');
    expect(ops.add(typed('float16', 1), 0.5).dtype).toBe('float16');
    expect(ops.add(typed('float64', 1), 0.1).item()).toBe(1.1);
    expect(ops.add(1, 2).dtype).toBe('float32');
    expect(ops.maximum(typed('int32', 1), Number.POSITIVE_INFINITY).dtype).toBe('float32');
  });

  test('division and functions make floats of integers, comparisons bools', () => {
    expect(ops.div(typed('int32', 7), typed('int32', 2)).toArray()).toEqual([3.5]);
    expect(ops.floorDiv(typed('int32', -7), typed('int32', 2)).toArray()).toEqual([-4]);
    expect(ops.floorDiv(typed('int32', 7), 0).toArray()).toEqual([0]);
    expect(ops.mod(typed('int32', -7), 3).toArray()).toEqual([2]);
    expect(ops.exp(typed('int32', 0)).dtype).toBe('float32');
    expect(ops.exp(typed('float16', 0)).dtype).toBe('float16');
    expect(ops.relu(typed('int32', 3)).dtype).toBe('float32');
    expect(ops.less(typed('int32', 1), 1.5).toArray()).toEqual([true]);
    expect(ops.where([true, false], 1, typed('int32', 5, 6)).toArray()).toEqual([1, 6]);
    expect(ops.where([true, false], 1, 0).dtype).toBe('float32');
    expect(ops.where([true, false], true, false).dtype).toBe('bool');
    expect(ops.logicalNot([2, 0]).toArray()).toEqual([false, true]);
  });

  test('small integers wrap around', () => {
    expect(ops.add(typed('uint8', 250), typed('uint8', 10)).toArray()).toEqual([4]);
    expect(ops.neg(typed('int8', -128)).toArray()).toEqual([-128]);
  });

  test('gradients have the type of their operand', () => {
    const a = ops.tensor([1, 2], { requiresGrad: true });
    const b = ops.tensor([[3], [4]], { dtype: 'float64', requiresGrad: true });
    const [da, db] = gradients([ops.mul(a, b)], [a, b]) as Tensor[];
    expect([da.dtype, db.dtype]).toEqual(['float32', 'float64']);
    expect([da.toArray(), db.toArray()]).toEqual([
      [7, 7],
      [[3], [3]],
    ]);
  });
});

describe('memory', () => {
  test('results lie as their operands do', () => {
    const image = ops.random.uniform([2, 5, 4, 3]).transpose([0, 3, 1, 2]);
    const scale = ops.tensor([1, 2, 3]).reshape([3, 1, 1]);
    for (const y of [
      image.mul(scale),
      ops.mul(scale, image),
      image.tanh(),
      image.add(1),
      image.cast('float64'),
    ]) {
      expect(y.strides).toEqual(image.strides);
    }
    expect(ops.add(image, ops.contiguous(image)).strides).toEqual(image.strides);
    expect(ops.add(ops.contiguous(image), image).isContiguous).toBe(true);
  });

  test('operands with gaps or repeats give dense results', () => {
    const x = ops.random.uniform([4, 6]);
    expect(ops.slice(x, [null, { step: 2 }]).neg().isContiguous).toBe(true);
    expect(ops.broadcastTo(ops.tensor([1, 2]), [3, 2]).neg().isContiguous).toBe(true);
    expect(ops.flip(x).neg().isContiguous).toBe(true);
  });

  test('the gradient of a channels-first view stays channels-first', () => {
    const image = ops.random.uniform([1, 3, 3, 2]).transpose([0, 3, 1, 2]);
    image.requiresGrad = true;
    const [g] = gradients([ops.tanh(image)], [image], { gradOutputs: [image.detach()] });
    expect(g?.strides).toEqual(image.strides);
  });
});

describe('formulas', () => {
  test('an own operation has a gradient of any order', () => {
    const cube = (x: Tensor) => ops.elementwise('cube', (v) => v.mul(v).mul(v), [x]).sum();
    const x = ops.tensor([2, -1]);
    expect(grad(cube)(x).toArray()).toEqual([12, 3]);
    expect(grad((y) => grad(cube)(y).sum())(x).toArray()).toEqual([12, -6]);
  });

  test('own slopes are used, null means the derivative of the formula', () => {
    const f = (x: Tensor, y: Tensor) =>
      ops.elementwise('f', (a, b) => a.mul(b), [x, y], { slopes: () => [null, null] }).sum();
    const g = (x: Tensor, y: Tensor) =>
      ops
        .elementwise('g', (a, b) => a.mul(b), [x, y], { slopes: (a) => [a.mul(0).add(7), null] })
        .sum();
    const [x, y] = [ops.tensor([2]), ops.tensor([3])];
    expect(grad(f, [0, 1])(x, y).map((d) => d.item())).toEqual([3, 2]);
    expect(grad(g, [0, 1])(x, y).map((d) => d.item())).toEqual([7, 2]);
    const h = (z: Tensor) =>
      ops
        .elementwise('h', (a, b) => a.mul(b), [2, z], { slopes: (a, b) => [null, a.add(b)] })
        .sum();
    expect(grad(h)(y).item()).toBe(5);
  });

  test('steps have a gradient of zeros', () => {
    for (const f of [ops.floor, ops.sign, ops.round]) {
      expect(grad((x) => f(x).sum())(ops.tensor([0.5, 1])).toArray()).toEqual([0, 0]);
    }
  });

  test('comparisons are off the tape', () => {
    const x = ops.tensor([1], { requiresGrad: true });
    expect(ops.greater(x, 0).requiresGrad).toBe(false);
    expect(x.cast('int32').requiresGrad).toBe(false);
  });
});

describe('values', () => {
  test('pow at the edges', () => {
    expect(ops.pow([2, -2, 0, 4], [3, 3, 0, -0.5]).toArray()).toEqual([8, -8, 1, 0.5]);
    expect(ops.pow([-3, 0], 2).toArray()).toEqual([9, 0]);
    expect(grad((x) => ops.pow(x, 0).sum())(ops.tensor([0, 2])).toArray()).toEqual([0, 0]);
    expect(grad((x) => ops.pow(x, 3).sum())(ops.tensor([0, -2])).toArray()).toEqual([0, 12]);
    expect(grad((x) => ops.pow(0, x).sum())(ops.tensor([2])).toArray()).toEqual([0]);
  });

  test('NaN and infinities', () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1];
    expect(ops.isNaN(odd).toArray()).toEqual([true, false, false, false]);
    expect(ops.isInf(odd).toArray()).toEqual([false, true, true, false]);
    expect(ops.isFinite(odd).toArray()).toEqual([false, false, false, true]);
    expect(ops.maximum(odd, 0).toArray()).toEqual([Number.NaN, Number.POSITIVE_INFINITY, 0, 1]);
    expect(ops.relu(odd).toArray()).toEqual([Number.NaN, Number.POSITIVE_INFINITY, 0, 1]);
    expect(ops.clip(odd, -2, 2).toArray()).toEqual([Number.NaN, 2, -2, 1]);
    expect(ops.equal(odd, odd).toArray()).toEqual([false, true, true, true]);
    expect(ops.isClose(odd, odd).toArray()).toEqual([false, true, true, true]);
    expect(ops.isClose(odd, odd, { equalNaN: true }).toArray()).toEqual([true, true, true, true]);
    expect(ops.isClose([1, 1], [Number.POSITIVE_INFINITY, 1 + 1e-6]).toArray()).toEqual([
      false,
      true,
    ]);
  });

  test('rounding halves to even', () => {
    expect(ops.round([0.5, 1.5, -0.5, -1.5, 2.5]).toArray()).toEqual([0, 2, -0, -2, 2]);
    expect(ops.trunc([1.7, -1.7]).toArray()).toEqual([1, -1]);
  });

  test('bits', () => {
    expect(ops.bitwiseAnd(typed('int32', 6, -1), 3).toArray()).toEqual([2, 3]);
    expect(ops.bitwiseOr(typed('uint8', 6), typed('uint8', 9)).toArray()).toEqual([15]);
    expect(ops.bitwiseXor(typed('int32', 6), 3).toArray()).toEqual([5]);
    expect(ops.bitwiseNot(typed('int32', 0)).toArray()).toEqual([-1]);
    expect(ops.leftShift(typed('int32', 1, -3), 4).toArray()).toEqual([16, -48]);
    expect(ops.rightShift(typed('int32', 17, -17), 4).toArray()).toEqual([1, -2]);
  });
});

describe('complex64', () => {
  const z = () => ops.complex([1, 0], [2, -1]);

  test('parts, arithmetic, absolute value', () => {
    expect([ops.real(z()).toArray(), ops.imag(z()).toArray()]).toEqual([
      [1, 0],
      [2, -1],
    ]);
    const parts = (t: Tensor) => [ops.real(t).toArray(), ops.imag(t).toArray()];
    expect(parts(z().mul(z()))).toEqual([
      [-3, -1],
      [4, -0],
    ]);
    expect(parts(z().add(1))).toEqual([
      [2, 1],
      [2, -1],
    ]);
    expect(parts(ops.conj(z()))).toEqual([
      [1, 0],
      [-2, 1],
    ]);
    expect(parts(z().div(z()))).toEqual([
      [1, 1],
      [0, -0],
    ]);
    expect(ops.abs(ops.complex([3], [4])).toArray()).toEqual([5]);
    expect(ops.abs(ops.complex([3], [4])).dtype).toBe('float32');
    expect(ops.angle(ops.complex([0], [2])).item()).toBeCloseTo(Math.PI / 2, 6);
    expect(z().toString()).toBe('[1.+2.j 0.-1.j]');
  });

  test('gradients of real results are those of the parts', () => {
    // |z^2|^2 = (x^2 + y^2)^2
    const f = (x: Tensor, y: Tensor) =>
      ops
        .abs(ops.square(ops.complex(x, y)))
        .square()
        .sum();
    const [dx, dy] = grad(f, [0, 1])(ops.tensor([1, 2]), ops.tensor([3, -1]));
    expect(dx.toArray()).toEqual([40, 40]);
    expect(dy.toArray()).toEqual([120, -20]);
  });
});
