// LeNet-5: three convolutions and two layers that decide. With sigmoid it learns slowly from a small step.
import paddle from 'gradus/paddle';
import { evaluate, LeNet5, lately, passes, train } from './lib/lab.ts';

const F = paddle.nn.functional;
for (const [name, activation] of [
  ['sigmoid', (x: paddle.Tensor) => F.sigmoid(x)],
  ['relu', (x: paddle.Tensor) => F.relu(x)],
] as const) {
  paddle.seed(1);
  const model = new LeNet5(activation);
  const parameters = model.parameters();
  const optimizer = new paddle.optimizer.Momentum({
    learningRate: 0.01,
    momentum: 0.9,
    parameters,
  });
  const losses = train(model, { optimizer, epochs: passes(3) });
  const weights = parameters.reduce((sum, { size }) => sum + size, 0);
  console.log(
    `LeNet-5 with ${name}, ${weights} weights: loss ${losses[0].toFixed(2)} to ` +
      `${lately(losses).toFixed(2)}, validation accuracy ${evaluate(model).accuracy.toFixed(3)}`,
  );
}
