// A fully connected network, first with squared error on one number, then with cross-entropy on ten scores.
import paddle from 'gradus/paddle';
import { crossEntropy, evaluate, FullyConnected, lately, passes, train } from './lib/lab.ts';

const F = paddle.nn.functional;
const optimizerOf = (model: paddle.nn.Layer) =>
  new paddle.optimizer.SGD({ learningRate: 0.05, parameters: model.parameters() });

paddle.seed(1);
const regression = new FullyConnected(1);
const squared = train(regression, {
  optimizer: optimizerOf(regression),
  epochs: passes(3),
  loss: (output, label) => F.squareErrorCost(output, paddle.cast(label, 'float32')),
});
console.log(`squared error: from ${squared[0].toFixed(2)} to ${lately(squared).toFixed(2)}`);
console.log('a digit is no size: 4 is not between 3 and 5 in its looks, so the number stays vague');

paddle.seed(1);
const classifier = new FullyConnected(10);
const entropy = train(classifier, {
  optimizer: optimizerOf(classifier),
  epochs: passes(10),
  loss: crossEntropy,
});
const { accuracy } = evaluate(classifier);
console.log(`cross-entropy: from ${entropy[0].toFixed(2)} to ${lately(entropy).toFixed(2)}`);
console.log(`accuracy on validation images: ${accuracy.toFixed(3)}`);
if (!(lately(squared) < squared[0] && lately(entropy) < entropy[0]))
  throw new Error('no loss fell');
