// Four ways to go down: SGD, and Momentum, Adagrad and Adam, which remember the gradients they have seen.
import paddle from 'gradus/paddle';
import { CNN, evaluate, lately, passes, train } from './lib/lab.ts';

const { SGD, Momentum, Adagrad, Adam } = paddle.optimizer;
type Parameters = paddle.Parameter[];
const optimizers = {
  SGD: (parameters: Parameters) => new SGD({ learningRate: 0.01, parameters }),
  Momentum: (parameters: Parameters) =>
    new Momentum({ learningRate: 0.01, momentum: 0.9, parameters }),
  Adagrad: (parameters: Parameters) => new Adagrad({ learningRate: 0.01, parameters }),
  Adam: (parameters: Parameters) => new Adam({ learningRate: 0.001, parameters }),
};
for (const [name, make] of Object.entries(optimizers)) {
  paddle.seed(1);
  const model = new CNN();
  const losses = train(model, { optimizer: make(model.parameters()), epochs: passes(2) });
  const { accuracy } = evaluate(model);
  console.log(
    `${name.padEnd(9)} loss after 20 steps ${losses[19].toFixed(3)}, at the end ` +
      `${lately(losses).toFixed(3)}  accuracy ${accuracy.toFixed(3)}`,
  );
  if (!(lately(losses) < losses[0])) throw new Error(`${name}: the loss did not fall`);
}
