import { beforeAll, expect, test } from 'vitest';
import { gradients } from '../autograd/index.ts';
import { setBackend } from '../backends/index.ts';
import { runInScope, Scope, type Tensor } from '../tensor/index.ts';
import { add, assign, ones, Parameter, tensor, update, zeros } from './index.ts';
import './methods.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

test('update writes several targets at once, in place, from broadcast inputs', () => {
  const w = tensor([
    [1, 2],
    [3, 4],
  ]);
  const velocity = zeros([2, 2]);
  const gradient = tensor([
    [1, 1],
    [2, 2],
  ]);
  const rate = tensor(0.5);
  const memory = w.storage;
  update(
    (x, v, g, lr) => {
      const next = v.mul(0.9).add(g);
      return [x.sub(next.mul(lr)), next];
    },
    [w, velocity, gradient, rate],
    [w, velocity],
  );
  expect(w.toArray()).toEqual([
    [0.5, 1.5],
    [2, 3],
  ]);
  expect(velocity.toArray()).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect(w.storage).toBe(memory);
});

test('assign converts, broadcasts and reaches every view', () => {
  const x = zeros([2, 3], { dtype: 'int32' });
  const row = x.index(1);
  assign(x, [1.9, 2, 3]);
  expect(row.toArray()).toEqual([1, 2, 3]);
  assign(row, 7);
  expect(x.toArray()).toEqual([
    [1, 2, 3],
    [7, 7, 7],
  ]);
});

test('a parameter takes over fresh memory and copies the rest', () => {
  const fresh = ones([2, 3]);
  expect(new Parameter(fresh).storage).toBe(fresh.storage);
  const view = fresh.transpose();
  const copied = new Parameter(view);
  expect(copied.storage).not.toBe(fresh.storage);
  expect(copied.isContiguous).toBe(true);
  const computed = add(tensor([1], { requiresGrad: true }), 1);
  expect(new Parameter(computed).storage).not.toBe(computed.storage);
  expect(new Parameter(fresh.narrow(0, 0, 1)).storage).not.toBe(fresh.storage);
  expect(new Parameter([1, 2]).toArray()).toEqual([1, 2]);
});

test('trainable mirrors requiresGrad', () => {
  const w = new Parameter([1, 2], { name: 'kernel', path: 'dense/kernel' });
  expect([w.name, w.path, w.trainable, w.requiresGrad]).toEqual([
    'kernel',
    'dense/kernel',
    true,
    true,
  ]);
  w.trainable = false;
  expect(w.requiresGrad).toBe(false);
  expect(w.mul(2).requiresGrad).toBe(false);
  const frozen = new Parameter([1], { trainable: false });
  expect([frozen.trainable, frozen.path]).toEqual([false, 'parameter']);
});

test('a parameter outlives the step that made it and is assigned without a trace', () => {
  const scope = new Scope();
  const w = runInScope(scope, () => new Parameter(zeros([5000])));
  scope.end();
  expect(w.storage.released).toBe(false);
  expect(w.assign(3)).toBe(w);
  expect([w.node, w.max().item()]).toEqual([null, 3]);
  const [slope] = gradients([w.square().sum()], [w]) as Tensor[];
  expect(slope.index(0).item()).toBe(6);
});
