import { beforeAll, expect, test } from 'vitest';
import { unaryResult } from '../autograd/index.ts';
import { setBackend } from '../backends/index.ts';
import { input } from '../expr/index.ts';
import { elementwise, fromData, matmul, mul, relu, square, tanh } from '../ops/index.ts';
import { isFloat, type Tensor } from '../tensor/index.ts';
import '../ops/methods.ts';
import { checkGradient } from './check-gradient.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

/** tanh with a backward of the test's choosing. */
const withBackward = (backward: (gradient: Tensor, x: Tensor) => Tensor | null) => (x: Tensor) =>
  unaryResult('wrong', [x], () => tanh(x.detach()), { backward: (g) => [backward(g, x)] });

test('accepts right gradients of first and second order', () => {
  checkGradient((x, w) => matmul(x, w).tanh(), [[[1, 2]], [[3], [-4]]], { order: 2 });
  checkGradient((x) => relu(x), [[0.5, -0.5]], { order: 2 });
  checkGradient((x) => x.detach().mul(0), [[1, 2]], { order: 2 });
});

test('refuses a slope that is slightly off, missing or constant', () => {
  const off = withBackward((g, x) =>
    mul(
      g,
      elementwise('s', (v) => v.tanh().square().neg().add(1.00001), [x]),
    ),
  );
  expect(() => checkGradient(off, [[0.3]])).toThrow(/gradient of input 0, element 0/);
  expect(() =>
    checkGradient(
      withBackward(() => null),
      [[0.3]],
    ),
  ).toThrow(/backward gives 0/);
  expect(() => checkGradient((x) => x.detach().square(), [[0.3]])).toThrow(/checkGradient/);
});

test('refuses a second gradient that is lost on the way', () => {
  const cut = withBackward((g, x) =>
    mul(
      g,
      elementwise('s', (v) => v.tanh().square().neg().add(1), [x.detach()]),
    ),
  );
  checkGradient(cut, [[0.3, 1]]);
  expect(() => checkGradient(cut, [[0.3, 1]], { order: 2 })).toThrow(/second gradient of input 0/);
});

test('names the input and the element', () => {
  const wrong = (x: Tensor, y: Tensor) => mul(square(x), elementwise('id', input(0), [y.detach()]));
  expect(() =>
    checkGradient(wrong, [
      [1, 2],
      [0, 3],
    ]),
  ).toThrow(/input 1, element 0/);
});

test('passes integers through', () => {
  const indices = fromData(Int32Array.of(1, 0), [2]);
  checkGradient(
    (x, i) => {
      expect(isFloat(i.dtype)).toBe(false);
      return x.gather(i).square();
    },
    [[1, 2], indices],
    { order: 2 },
  );
});
