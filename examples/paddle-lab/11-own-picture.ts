// Recognise a picture of one's own: `node tools/run.mjs examples/paddle-lab/11-own-picture.ts seven.png`
import { argv } from 'node:process';
import paddle from 'gradus/paddle';
import { CNN, digits, evaluate, passes, train } from './lib/lab.ts';
import { drawnDigit, readPicture } from './lib/picture.ts';

const F = paddle.nn.functional;
paddle.seed(1);
const model = new CNN();
const optimizer = new paddle.optimizer.Adam({
  learningRate: 0.001,
  parameters: model.parameters(),
});
train(model, { optimizer, epochs: passes(3) });
console.log(`accuracy on validation images: ${evaluate(model).accuracy.toFixed(3)}`);

// Without a file, a digit of the evaluation part takes the place of the picture.
const [, , file] = argv;
const pixels = file ? await readPicture(file) : digits.image('eval', 0);
console.log(drawnDigit(pixels));
const image = paddle.reshape(paddle.toTensor(pixels), [1, 1, 28, 28]);
const shares = paddle.noGrad(() => F.softmax(model.call(image))).numpy();
const best = shares.indexOf(Math.max(...shares));
console.log(`this is a ${best}, with probability ${shares[best].toFixed(3)}`);
if (!file && best !== digits.part('eval').labels[0]) console.log('(it is not: train longer)');
