import { expect, test } from 'vitest';
import * as paddle from './namespace.ts';

const { toTensor } = paddle;
const leaf = (values: number[]) => toTensor(values, { dtype: 'float32', stopGradient: false });

test('grad gives gradients without touching anyone, and gradients of gradients', () => {
  const x = leaf([1, 2]);
  const y = paddle.pow(x, 3).sum();
  const [first] = paddle.grad(y, x, { createGraph: true }) as paddle.Tensor[];
  expect([first.tolist(), x.grad]).toEqual([[3, 12], null]);
  first.sum().backward();
  expect(x.grad?.tolist()).toEqual([6, 12]);
});

test('an input that nothing depends on is an error, or null', () => {
  const [x, u] = [leaf([1]), leaf([2])];
  expect(() => paddle.grad(x.square(), [x, u])).toThrow(/do not depend on input 1/);
  const [, unused] = paddle.grad(x.square(), [x, u], { allowUnused: true });
  expect(unused).toBeNull();
});

test('noGrad as a function and as a wrapper', () => {
  const x = leaf([2]);
  expect(paddle.noGrad(() => x.square()).stopGradient).toBe(true);
  const square = paddle.noGrad.wrap((v: paddle.Tensor) => v.square());
  expect([square(x).item(), square(x).stopGradient]).toEqual([4, true]);
  expect(paddle.noGrad(() => paddle.enableGrad(() => x.square().stopGradient))).toBe(false);
  expect([paddle.isGradEnabled(), paddle.noGrad(paddle.isGradEnabled)]).toEqual([true, false]);
});

test('the tape is freed unless it is retained', () => {
  const x = leaf([3]);
  const y = x.square();
  y.backward(null, true);
  y.backward();
  expect(x.grad?.item()).toBe(12);
  expect(() => y.backward()).toThrow(/retainGraph/);
});

class Tanh extends paddle.autograd.PyLayer {
  static override forward(ctx: paddle.autograd.PyLayerContext, x: paddle.Tensor): paddle.Tensor {
    const y = paddle.tanh(x);
    ctx.saveForBackward(y);
    return y;
  }

  static override backward(ctx: paddle.autograd.PyLayerContext, dy: paddle.Tensor): paddle.Tensor {
    const [y] = ctx.savedTensor();
    return dy.multiply(paddle.square(y).scale(-1, 1));
  }
}

test('a PyLayer brings its own gradient', () => {
  const [a, b] = [leaf([0.3, -1]), leaf([0.3, -1])];
  Tanh.apply(a).sum().backward();
  paddle.tanh(b).sum().backward();
  const own = a.grad?.numpy() ?? [];
  const known = b.grad?.numpy() ?? [];
  for (let i = 0; i < 2; i++) expect(own[i]).toBeCloseTo(known[i], 6);
});
