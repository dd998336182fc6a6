// node tools/run.mjs tools/train-hub-models.ts [--fashion FOLDER] [--epochs N] [--only digits|fashion]
// Trains the two networks that are in the package and writes src/hub/weights/*.safetensors. The same
// bits with the same version of Gradus and any number of threads. FOLDER holds Fashion-MNIST's idx files.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { layers, optimizers, random, Sequential, setSeed } from 'gradus';
import { Dataset } from 'gradus/data';
import { fashionMnist, mnist } from 'gradus/datasets';
import { root } from './command.ts';

const { values } = parseArgs({
  options: {
    fashion: { type: 'string' },
    only: { type: 'string' },
    epochs: { type: 'string', default: '6' },
  },
});
const epochs = Number(values.epochs);
/** Sizes of the optimizer's steps, each for a part of the epochs. */
const rates = [2e-3, 1e-3, 4e-4, 1e-4];

/** Two pairs of convolutions, then 64 features. */
const network = (name: string) =>
  new Sequential(
    [
      layers.input({ shape: [28, 28, 1] }),
      layers.conv2d(16, 3, { padding: 'same', activation: 'relu', name: 'conv1' }),
      layers.conv2d(16, 3, { padding: 'same', activation: 'relu', name: 'conv2' }),
      layers.maxPooling2d(2, { name: 'pool1' }),
      layers.conv2d(32, 3, { padding: 'same', activation: 'relu', name: 'conv3' }),
      layers.conv2d(32, 3, { padding: 'same', activation: 'relu', name: 'conv4' }),
      layers.maxPooling2d(2, { name: 'pool2' }),
      layers.dropout(0.25, { name: 'dropout1' }),
      layers.flatten({ name: 'flatten' }),
      layers.dense(64, { activation: 'relu', name: 'features' }),
      layers.dropout(0.3, { name: 'dropout2' }),
      layers.dense(10, { activation: 'softmax', name: 'predictions' }),
    ],
    { name },
  );

/** How far images are turned (radians), made larger or smaller, and moved (points), and whether they are mirrored. */
const variations = {
  digits: { turn: 0.22, zoom: 0.12, move: 2, mirror: false },
  fashion: { turn: 0.05, zoom: 0.08, move: 1.5, mirror: true },
};

/** Images of 28 x 28, each changed a little at random. */
function varied(images: Uint8Array, name: keyof typeof variations, seed: number): Uint8Array {
  const { turn, zoom, move, mirror } = variations[name];
  const count = images.length / 784;
  const drawn = random.uniform([count, 6], { minval: -1, maxval: 1, seed }).dataSync();
  const result = new Uint8Array(images.length);
  for (let n = 0; n < count; n++) {
    const [angle, size, dx, dy, flip] = drawn.subarray(6 * n, 6 * n + 5) as Float32Array;
    const scale = 1 + zoom * size;
    // Turned by three terms of the series: exact enough for small angles, and the same everywhere.
    const t = turn * angle;
    const sine = (t - t ** 3 / 6) / scale;
    const cosine = (1 - (t * t) / 2 + t ** 4 / 24) / scale;
    const across = mirror && flip > 0 ? -1 : 1;
    const image = images.subarray(784 * n, 784 * (n + 1));
    const at = (x: number, y: number): number =>
      x >= 0 && y >= 0 && x < 28 && y < 28 ? image[28 * y + x] : 0;
    for (let y = 0, i = 784 * n; y < 28; y++) {
      for (let x = 0; x < 28; x++, i++) {
        const [u, v] = [across * (x - 13.5) - move * dx, y - 13.5 - move * dy];
        const [a, b] = [cosine * u + sine * v + 13.5, cosine * v - sine * u + 13.5];
        const [left, top] = [Math.floor(a), Math.floor(b)];
        const [right, below] = [a - left, b - top];
        const upper = at(left, top) * (1 - right) + at(left + 1, top) * right;
        const lower = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right;
        result[i] = Math.round(upper * (1 - below) + lower * below);
      }
    }
  }
  return result;
}

for (const name of ['digits', 'fashion'] as const) {
  if (values.only && values.only !== name) continue;
  const set = name === 'digits' ? mnist : fashionMnist;
  const path = name === 'fashion' ? values.fashion : undefined;
  const [[xTrain, yTrain], [xTest, yTest]] = await set.loadArrays({ path });
  const prepare = { shape: [28, 28, 1], rescale: 1 / 255 };
  const test = Dataset.fromTensorSlices([xTest, yTest] as const)
    .preprocess([prepare, null])
    .batch(128);

  setSeed(1);
  const net = network(name);
  const options = { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] } as const;
  net.compile({ ...options, optimizer: optimizers.adam({ learningRate: rates[0] }) });
  for (let epoch = 0; epoch < epochs; epoch++) {
    net.optimizer.learningRate = rates[Math.floor((rates.length * epoch) / epochs)];
    const data = varied(xTrain.data as Uint8Array, name, 1000 + epoch);
    const train = Dataset.fromTensorSlices([{ ...xTrain, data }, yTrain] as const)
      .preprocess([prepare, null])
      .shuffle(60000, { seed: epoch })
      .batch(64);
    await net.fit(train, { epochs: 1, verbose: 2 });
  }
  const [, accuracy] = await net.evaluate(test, { verbose: 0 });
  const folder = join(root, 'src/hub/weights');
  mkdirSync(folder, { recursive: true });
  const plain = network(name);
  plain.setWeights(net.getWeights());
  await plain.save(join(folder, `${name}.safetensors`));
  console.log(`${name}: ${net.countParams()} parameters, accuracy on the test images ${accuracy}`);
}
