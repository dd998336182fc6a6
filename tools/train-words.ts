// Trains the network of the lab's lesson on words: Keras' 16-16-1 network for reviews of IMDB, with its word list.
// node tools/run.mjs tools/train-words.ts [--data FOLDER] [--epochs N]
// FOLDER has imdb.npz or the reviews as CSV, and imdb_word_index.json; without it both come from the cache or the network.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  fromData,
  layers,
  multiHot,
  regularizers,
  Sequential,
  setSeed,
  type Tensor,
  tensorsToBytes,
} from 'gradus';
import { imdb } from 'gradus/datasets';
import { root } from './command.ts';

const { values } = parseArgs({
  options: { data: { type: 'string' }, epochs: { type: 'string', default: '5' } },
});
const from = values.data === undefined ? {} : { path: values.data };
const epochs = Number(values.epochs);
/** Words by how often they come: the network knows the first ones, and a review is a row of ones where they are in it. */
const wordCount = 10_000;

const ranks = await imdb.getWordIndex(from);
const words: string[] = [];
for (const [word, rank] of ranks) if (rank <= wordCount) words[rank - 1] = word;

// Numbers of words are their ranks, which begin with 1; columns begin with 0.
const encoding = { numWords: wordCount + 1, indexFrom: 0, startChar: null, oovChar: null };
const [[x, y], [xTest, yTest]] = await imdb.loadArrays({ ...from, ...encoding });
for (const { values: numbers } of [x, xTest]) numbers.set(numbers.map((rank) => rank - 1));

setSeed(8);
const l2 = regularizers.l2(1e-4);
const model = new Sequential(
  [
    layers.input({ shape: [wordCount] }),
    layers.dense({ units: 16, activation: 'relu', kernelRegularizer: l2, name: 'dense' }),
    layers.dropout(0.4, { name: 'dropout' }),
    layers.dense({ units: 16, activation: 'relu', name: 'dense_1' }),
    layers.dense({ units: 1, activation: 'sigmoid', name: 'dense_2' }),
  ],
  { name: 'words' },
);
model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
const reviews = multiHot(x, wordCount);
for (const [rate, count] of [
  [1e-3, epochs - 2],
  [2e-4, 2],
]) {
  model.optimizer.learningRate = rate;
  await model.fit(reviews, Float32Array.from(y), { batchSize: 250, epochs: count, verbose: 2 });
}

// Half precision is enough to judge; what is measured is what is shipped.
const halves: [string, Tensor][] = [];
for (const weight of model.weights) {
  const half = weight.cast('float16');
  weight.assign(half.cast('float32'));
  halves.push([weight.path.replace('words/', ''), half]);
}
const [, right] = await model.evaluate(multiHot(xTest, wordCount), Float32Array.from(yTest), {
  batchSize: 500,
  verbose: 2,
});
const accuracy = right.toFixed(4);
const list = new TextEncoder().encode(words.join('\n'));
const tensors = [...halves, ['words', fromData(list, [list.length], 'uint8')] as const];
const bytes = await tensorsToBytes('.safetensors', tensors, { metadata: [['accuracy', accuracy]] });
const folder = join(root, 'apps/lab/public/models');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'words.safetensors'), bytes);
process.stdout.write(`${accuracy} of the test reviews, ${bytes.length} bytes\n`);
