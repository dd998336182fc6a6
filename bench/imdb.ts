// The whole IMDB lab in a process of its own: import, load, encode, train, evaluate.
// npm run -s bench -- imdb --data imdb.npz --threads 2
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { report, rounded, seconds } from './lib/figures.ts';
import { numberOptions } from './lib/options.ts';

const { values } = parseArgs({ options: { data: { type: 'string' } }, strict: false });
const given = values.data as string | undefined;
const defaults = { epochs: 4, batch: 512, threads: availableParallelism() };
const { epochs, batch, threads } = numberOptions(defaults, ['data']);

// performance.now() counts from the start of the process.
const { layers, multiHot, Sequential, setThreads } = await import('gradus');
const { imdb } = await import('gradus/datasets');
const { engineName } = await import('./lib/engine.ts');
const imported = performance.now();

const numWords = 10_000;
setThreads(threads);
const [[reviews, y], [testReviews, yTest]] = await imdb.loadArrays({ path: given, numWords });
const loaded = performance.now();

const [x, xTest] = [multiHot(reviews, numWords), multiHot(testReviews, numWords)];
const encoded = performance.now();

const model = new Sequential([
  layers.input({ shape: [numWords] }),
  layers.dense(16, 'relu'),
  layers.dense(16, 'relu'),
  layers.dense(1, 'sigmoid'),
]);
model.compile({ optimizer: 'rmsprop', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
await model.fit(x, y, { epochs, batchSize: batch, verbose: 0 });
const trained = performance.now();

const [loss, accuracy] = await model.evaluate(xTest, yTest, { verbose: 0 });
const finished = performance.now();

report({
  lab: 'imdb',
  engine: engineName(),
  threads,
  import_s: seconds(imported),
  load_s: seconds(loaded - imported),
  vectorize_s: seconds(encoded - loaded),
  fit_s: seconds(trained - encoded),
  evaluate_s: seconds(finished - trained),
  total_s: seconds(finished),
  loss: rounded(loss, 4),
  accuracy: rounded(accuracy, 4),
  peak_mb: Math.floor(process.resourceUsage().maxRSS / 1024),
});
