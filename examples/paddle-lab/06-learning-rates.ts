// The same network with steps of other sizes.
import paddle from 'gradus/paddle';
import { CNN, lately, passes, train } from './lib/lab.ts';

const last: Record<string, number> = {};
for (const learningRate of [0.0001, 0.001, 0.01, 0.1, 3]) {
  paddle.seed(1);
  const model = new CNN();
  const optimizer = new paddle.optimizer.SGD({ learningRate, parameters: model.parameters() });
  const losses = train(model, { optimizer, epochs: passes(2) });
  last[learningRate] = lately(losses);
  const shown = [0, 5, 20, 50, losses.length - 1].map((i) => losses[i].toPrecision(3).padStart(9));
  console.log(`learning rate ${String(learningRate).padEnd(6)} loss ${shown.join('')}`);
}
console.log('too small: it hardly moves; too large: it leaps about, or is lost');
if (!(last[0.01] < last[0.0001] && !(last[3] < last[0.1]))) {
  throw new Error('the learning rates do not do what they should');
}
