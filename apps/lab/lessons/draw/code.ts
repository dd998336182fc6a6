import type { Code } from '../../parts/code-view.tsx';

/** How a program reads a digit. */
export const code: Code = {
  keras: `import { datasets, layers, Sequential, toCategorical } from 'gradus';

const [[x, y], [xTest, yTest]] = await datasets.mnist.loadData();
const images = (x) => x.reshape([-1, 28, 28, 1]).div(255);

const model = new Sequential([
  layers.input({ shape: [28, 28, 1] }),
  layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', activation: 'relu' }),
  layers.maxPooling2d({ poolSize: 2 }),
  layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
  layers.maxPooling2d({ poolSize: 2 }),
  layers.flatten(),
  layers.dense({ units: 64, activation: 'relu' }),
  layers.dense({ units: 10, activation: 'softmax' }),
]);
model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
await model.fit(images(x), toCategorical(y, 10), { batchSize: 64, epochs: 3 });

const probabilities = await model.predict(images(xTest.slice([{ stop: 1 }])));
console.log(probabilities.toString()); // ten numbers; the largest is the digit
`,
  paddle: `import paddle from 'gradus/paddle';
const { nn } = paddle, F = nn.functional;

class Digits extends nn.Layer {
  conv1 = new nn.Conv2D(1, 8, 3, { padding: 1 });
  conv2 = new nn.Conv2D(8, 16, 3);
  pool = new nn.MaxPool2D(2);
  hidden = new nn.Linear(16 * 6 * 6, 64);
  out = new nn.Linear(64, 10);
  forward(x) {
    x = this.pool.call(F.relu(this.conv1.call(x)));
    x = this.pool.call(F.relu(this.conv2.call(x)));
    x = paddle.flatten(x, 1);
    return this.out.call(F.relu(this.hidden.call(x)));
  }
}
const model = new Digits();
const probabilities = F.softmax(model.call(paddle.zeros([1, 1, 28, 28])));
console.log(probabilities.toString()); // ten numbers; the largest is the digit
`,
};
