import { beforeAll, expect, test } from 'vitest';
import { setBackend } from '../backends/index.ts';
import { Tensor } from '../tensor/index.ts';
import * as ops from './index.ts';
import { tensorMethods } from './methods.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

test('methods are the functions with the tensor in front', () => {
  const x = ops.tensor([
    [1, -2],
    [3, 4],
  ]);
  expect(x.sum(0, { keepDims: true }).toArray()).toEqual([[4, 2]]);
  expect(x.matmul([[1], [1]], { activation: 'relu' }).toArray()).toEqual([[0], [7]]);
  expect(x.index(1, { start: 1 }).toArray()).toEqual([4]);
  expect(x.clip(0, null).toArray()).toEqual([
    [1, 0],
    [3, 4],
  ]);
  expect(Object.keys(x)).not.toContain('sum');
});

test('no method hides a member of Tensor', () => {
  const own = [
    'data',
    'dataSync',
    'item',
    'toArray',
    'toString',
    'detach',
    'size',
    'rank',
    'grad',
    'node',
  ];
  for (const name of own) expect(Object.keys(tensorMethods)).not.toContain(name);
  for (const name of Object.keys(tensorMethods)) expect(name in Tensor.prototype).toBe(true);
});

test('backward, clearGradient, graph', () => {
  const w = ops.tensor([1, 2], { requiresGrad: true });
  const cost = w.square().sum();
  expect(cost.graph().nodes.map((node) => node.op)).toEqual(['leaf', 'square', 'sum', 'reshape']);
  cost.backward();
  expect(w.grad?.toArray()).toEqual([2, 4]);
  w.clearGradient();
  expect(w.grad).toBeNull();
});
