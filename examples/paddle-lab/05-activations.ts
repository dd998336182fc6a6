// The same network with other activations, from the same first weights.
import paddle from 'gradus/paddle';
import { CNN, evaluate, lately, passes, train } from './lib/lab.ts';

const F = paddle.nn.functional;
const activations = {
  sigmoid: (x: paddle.Tensor) => F.sigmoid(x),
  tanh: (x: paddle.Tensor) => F.tanh(x),
  relu: (x: paddle.Tensor) => F.relu(x),
};
const last: Record<string, number> = {};
for (const [name, activation] of Object.entries(activations)) {
  paddle.seed(1);
  const model = new CNN(activation);
  const optimizer = new paddle.optimizer.SGD({
    learningRate: 0.01,
    parameters: model.parameters(),
  });
  last[name] = lately(train(model, { optimizer, epochs: passes(3) }));
  const { accuracy } = evaluate(model);
  console.log(`${name.padEnd(8)} loss ${last[name].toFixed(3)}  accuracy ${accuracy.toFixed(3)}`);
}
console.log('where sigmoid is flat, hardly any gradient passes: it is the slowest to learn');
if (!(last.relu < last.sigmoid)) throw new Error('relu did not learn faster than sigmoid');
