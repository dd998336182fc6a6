import { datasets, layers, Sequential, toCategorical } from 'gradus';

const [[xTrain, yTrain], [xTest, yTest]] = await datasets.mnist.loadData();

const model = new Sequential([
  layers.input({ shape: [28, 28, 1] }),
  layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
  layers.maxPooling2d({ poolSize: 2 }),
  layers.flatten(),
  layers.dropout(0.5),
  layers.dense({ units: 10, activation: 'softmax' }),
]);
model.summary();
model.compile({
  optimizer: 'adam',
  loss: 'categoricalCrossentropy',
  metrics: ['accuracy'],
});

const prepare = (images: typeof xTrain) => images.reshape([-1, 28, 28, 1]).div(255);
await model.fit(prepare(xTrain), toCategorical(yTrain, 10), { batchSize: 128, epochs: 1 });
const [loss, accuracy] = await model.evaluate(prepare(xTest), toCategorical(yTest, 10));
console.log({ loss, accuracy });

await model.save('digits.safetensors');
