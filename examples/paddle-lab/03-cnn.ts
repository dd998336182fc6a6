// A convolutional network sees neighbourhoods: the same few weights at each place of the image.
import paddle from 'gradus/paddle';
import { CNN, evaluate, lately, passes, train } from './lib/lab.ts';

paddle.seed(1);
const model = new CNN();
const optimizer = new paddle.optimizer.SGD({ learningRate: 0.01, parameters: model.parameters() });
const losses = train(model, { optimizer, epochs: passes(5) });
const { loss, accuracy } = evaluate(model);
console.log(`training loss: from ${losses[0].toFixed(2)} to ${lately(losses).toFixed(2)}`);
console.log(`validation: loss ${loss.toFixed(3)}, accuracy ${accuracy.toFixed(3)}`);
if (!(accuracy > 0.5)) throw new Error('the network has learned too little');
