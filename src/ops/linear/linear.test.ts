import { beforeAll, describe, expect, test } from 'vitest';
import { traceGraph } from '../../autograd/index.ts';
import { setBackend } from '../../backends/index.ts';
import * as ops from '../index.ts';
import '../methods.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

describe('matmul', () => {
  test('ranks as in NumPy', () => {
    const shape = (a: number[], b: number[]) => ops.matmul(ops.ones(a), ops.ones(b)).shape;
    expect(shape([3], [3])).toEqual([]);
    expect(shape([3], [3, 2])).toEqual([2]);
    expect(shape([4, 3], [3])).toEqual([4]);
    expect(shape([5, 4, 3], [3])).toEqual([5, 4]);
    expect(shape([3], [5, 3, 2])).toEqual([5, 2]);
    expect(shape([2, 1, 4, 3], [5, 3, 2])).toEqual([2, 5, 4, 2]);
    expect(shape([0, 3], [3, 2])).toEqual([0, 2]);
    expect(shape([2, 3, 0], [0, 4])).toEqual([2, 3, 4]);
  });

  test('integers are multiplied as int32, floats in the wider type', () => {
    const a = ops.tensor([[200, 100]], { dtype: 'uint8' });
    expect(ops.matmul(a, a.transpose()).toArray()).toEqual([[50000]]);
    expect(ops.matmul(a, a.transpose()).dtype).toBe('int32');
    expect(ops.matmul(a, ops.ones([2, 1])).dtype).toBe('float32');
    expect(ops.matmul(ops.ones([1, 1], { dtype: 'float64' }), ops.ones([1, 1])).dtype).toBe(
      'float64',
    );
    expect(ops.matmul(ops.tensor([[true]]), ops.tensor([[true]])).toArray()).toEqual([[1]]);
  });

  test('a stack of rows is one product, transposes are views', () => {
    const x = ops.ones([6, 5, 4]);
    const w = ops.ones([3, 4]);
    const nodes = traceGraph(() => ops.matmul(x, w, { transposeB: true })).nodes;
    expect(nodes.map((node) => node.op)).toEqual([
      'leaf',
      'transpose',
      'leaf',
      'reshape',
      'matmul',
      'reshape',
    ]);
    expect(nodes[4].shape).toEqual([30, 3]);
  });

  test('vectors ignore transposes', () => {
    const options = { transposeA: true, transposeB: true };
    expect(ops.matmul([1, 2], [3, 4], options).item()).toBe(11);
  });
});

test('fused activations agree with the functions, slopes included', () => {
  const x = ops.linspace(-8, 8, 33).reshape([33, 1]);
  const one = ops.ones([1, 1]);
  const named = {
    relu: ops.relu,
    relu6: ops.relu6,
    leakyRelu: ops.leakyRelu,
    elu: ops.elu,
    sigmoid: ops.sigmoid,
    tanh: ops.tanh,
  };
  for (const [name, f] of Object.entries(named)) {
    expect(ops.isFusedActivation(name)).toBe(true);
    const a = ops.tensor(x, { requiresGrad: true });
    const b = ops.tensor(x, { requiresGrad: true });
    const fused = ops.matmul(a, one, { activation: name as ops.FusedActivationName });
    const plain = f(b);
    expect(fused.sub(plain).abs().max().item(), name).toBeLessThan(1e-6);
    fused.sum().backward();
    plain.sum().backward();
    expect(
      a.grad
        ?.sub(b.grad ?? 0)
        .abs()
        .max()
        .item(),
      name,
    ).toBeLessThan(1e-6);
  }
  expect(ops.isFusedActivation('gelu')).toBe(false);
  expect(ops.isFusedActivation('constructor')).toBe(false);
  expect(ops.matmul(x, one, { activation: 'linear' }).toArray()).toEqual(x.toArray());
});

test('einsum', () => {
  const a = ops.arange(6).reshape([2, 3]);
  expect(ops.einsum('ij->ji', a).toArray()).toEqual([
    [0, 3],
    [1, 4],
    [2, 5],
  ]);
  expect(ops.einsum('ij->', a).item()).toBe(15);
  expect(ops.einsum('ij', a).toArray()).toEqual(a.toArray());
  expect(ops.einsum('ba', a).toArray()).toEqual([
    [0, 3],
    [1, 4],
    [2, 5],
  ]);
  expect(ops.einsum('i,i', [1, 2], [3, 4]).item()).toBe(11);
  expect(ops.einsum('...,...', 3, 4).item()).toBe(12);
  expect(ops.einsum('ij,ij->ij', a, a).toArray()).toEqual([
    [0, 1, 4],
    [9, 16, 25],
  ]);
  expect(ops.einsum('ij,kj->ik', a, ops.ones([4, 1], { dtype: 'int32' })).shape).toEqual([2, 4]);
  expect(ops.einsum('i,i->', ops.zeros([0]), ops.zeros([0])).item()).toBe(0);
  expect(ops.einsum(' i j , j k -> i k ', a, a.transpose()).toArray()).toEqual([
    [5, 14],
    [14, 50],
  ]);
});
