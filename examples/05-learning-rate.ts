// The same descent with steps that are too small, good, and too large.
import { layers, optimizers, Sequential, setSeed, tensor } from 'gradus';

const x = tensor([[0], [1], [2], [3]]);
const y = tensor([[1], [3], [5], [7]]); // 2x + 1

async function lossesWith(learningRate: number): Promise<number[]> {
  setSeed(1);
  const model = new Sequential([layers.input({ shape: [1] }), layers.dense(1)]);
  model.compile({ optimizer: optimizers.sgd({ learningRate }), loss: 'meanSquaredError' });
  const { history } = await model.fit(x, y, { batchSize: 4, epochs: 60, verbose: 0 });
  return history.loss as number[];
}

const last: Record<string, number> = {};
for (const [name, learningRate] of Object.entries({ small: 0.0005, good: 0.1, large: 0.4 })) {
  const losses = await lossesWith(learningRate);
  const shown = [0, 1, 2, 5, 10, 30, 59].map((epoch) => losses[epoch].toPrecision(3).padStart(11));
  console.log(`${name.padEnd(6)} ${String(learningRate).padEnd(7)} ${shown.join('')}`);
  last[name] = losses[59];
}
console.log(
  'too small: it hardly moves; too large: each step leaps over the valley, higher than before',
);
if (!(last.good < 0.01 && last.small > 1 && last.large > 1e6)) {
  throw new Error('the learning rates do not do what they should');
}
