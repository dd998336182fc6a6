// Few images and many passes: the network learns them by heart. L2Decay keeps weights small and the surprise as well.
import paddle from 'gradus/paddle';
import { CNN, digits, evaluate, train } from './lib/lab.ts';

const few = digits.take(200, 500);
const results: Record<string, { weights: number; gap: number }> = {};
for (const coefficient of [0, 0.01]) {
  paddle.seed(1);
  const model = new CNN();
  const optimizer = new paddle.optimizer.Adam({
    learningRate: 0.002,
    weightDecay: coefficient ? new paddle.regularizer.L2Decay(coefficient) : undefined,
    parameters: model.parameters(),
  });
  train(model, { optimizer, epochs: 25, data: few });
  const [seen, unseen] = [evaluate(model, 'train', few), evaluate(model, 'valid', few)];
  const squares = model.parameters().map((p) => Number(paddle.sum(paddle.square(p)).item()));
  const weights = squares.reduce((a, b) => a + b);
  results[coefficient] = { weights, gap: unseen.loss - seen.loss };
  console.log(
    `L2Decay(${coefficient}): loss on the 200 images ${seen.loss.toFixed(3)}, on others ` +
      `${unseen.loss.toFixed(3)}; accuracy ${seen.accuracy.toFixed(3)} and ${unseen.accuracy.toFixed(3)}; ` +
      `sum of squared weights ${weights.toFixed(1)}`,
  );
}
if (!(results[0.01].weights < results[0].weights && results[0.01].gap < results[0].gap)) {
  throw new Error('L2Decay did not do what it should');
}
