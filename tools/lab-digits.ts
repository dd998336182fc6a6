// Makes what the lab's pages are shipped with: a small network that reads digits, and a hundred digits to look at.
// node tools/run.mjs tools/lab-digits.ts [epochs]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layers, modelToBytes, Sequential, setSeed } from 'gradus';
import { Dataset } from 'gradus/data';
import { mnist } from 'gradus/datasets';
import { root } from './command.ts';

const epochs = Number(process.argv[2] ?? 6);
const folder = join(root, 'apps/lab/public/models');
mkdirSync(folder, { recursive: true });

setSeed(7);
const [[x, y], [xTest, yTest]] = await mnist.loadData();
const prepare = (images: typeof x, labels: typeof y) =>
  Dataset.fromTensorSlices([images, labels] as const).preprocess([
    { shape: [28, 28, 1], rescale: 1 / 255 },
    { oneHot: 10 },
  ]);
const parts = [
  layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv1' }),
  layers.maxPooling2d({ poolSize: 2, name: 'pool1' }),
  layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu', name: 'conv2' }),
  layers.maxPooling2d({ poolSize: 2, name: 'pool2' }),
  layers.flatten(),
  layers.dropout(0.3),
  layers.dense({ units: 64, activation: 'relu', name: 'hidden' }),
  layers.dropout(0.3),
  layers.dense({ units: 10, activation: 'softmax', name: 'probabilities' }),
];
// People do not draw as the writers of MNIST did: the digits it learns from are turned, moved and scaled a little.
const varied = new Sequential([
  layers.input({ shape: [28, 28, 1] }),
  layers.randomRotation({ factor: 0.04, fillMode: 'constant' }),
  layers.randomZoom({ heightFactor: 0.12, widthFactor: 0.12, fillMode: 'constant' }),
  layers.randomTranslation({ heightFactor: 0.06, widthFactor: 0.06, fillMode: 'constant' }),
  ...parts,
]);
varied.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
const batches = prepare(x, y).shuffle(60_000, { seed: 7 }).batch(64);
for (const [rate, count] of [
  [0.001, Math.ceil(epochs / 2)],
  [0.0003, Math.floor(epochs / 2)],
]) {
  varied.optimizer.learningRate = rate;
  await varied.fit(batches, { epochs: count, verbose: 2 });
}
const model = new Sequential([layers.input({ shape: [28, 28, 1] }), ...parts], { name: 'digits' });
model.compile({ loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
await model.evaluate(prepare(xTest, yTest).batch(100), { verbose: 2 });
const plain = new Sequential([layers.input({ shape: [28, 28, 1] }), ...parts], { name: 'digits' });
writeFileSync(join(folder, 'digits.safetensors'), await modelToBytes(plain));

// Ten of each from the test set, which no network of the lab learns from: 784 bytes each, sorted by class.
const labels = yTest.dataSync();
const images = xTest.dataSync();
const chosen = Array.from({ length: 10 }, (_, digit) =>
  Array.from({ length: labels.length }, (_, i) => i)
    .filter((i) => Number(labels[i]) === digit)
    .slice(0, 10),
).flat();
const samples = new Uint8Array(chosen.length * 784);
chosen.forEach((at, i) => {
  for (let p = 0; p < 784; p++) samples[i * 784 + p] = Number(images[at * 784 + p]);
});
writeFileSync(join(folder, 'samples.bin'), samples);
