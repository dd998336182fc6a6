import { expect, test } from 'vitest';
import { getBackend } from '../backends/index.ts';
import * as paddle from './namespace.ts';

const F = paddle.nn.functional;

test('a hand-written loop does not grow memory', () => {
  paddle.seed(1);
  const first = new paddle.Parameter(paddle.randn([256, 64]).scale(0.1).tensor, { name: 'first' });
  const second = new paddle.Parameter(paddle.randn([64, 10]).scale(0.1).tensor, { name: 'second' });
  const optimizer = new paddle.optimizer.SGD({ learningRate: 0.1, parameters: [first, second] });
  const images = paddle.randn([128, 256]);
  const labels = paddle.randint(0, 10, [128, 1]);
  const used: number[] = [];
  const losses: number[] = [];
  for (let step = 0; step < 40; step++) {
    const loss = F.crossEntropy(F.linear(F.relu(F.linear(images, first)), second), labels);
    loss.backward();
    optimizer.step();
    optimizer.clearGrad();
    losses.push(Number(loss.item()));
    used.push(getBackend().memory().used);
  }
  expect(losses[39]).toBeLessThan(losses[0] * 0.8);
  expect(Math.max(...used.slice(5)) - used[5]).toBeLessThan(100_000);
});
