// Predictions of the MNIST network for one batch: npm run -s bench -- predict --batch 32 --threads 2
import { random, setThreads } from 'gradus';
import { engineName, usualThreads } from './lib/engine.ts';
import { median, report, rounded } from './lib/figures.ts';
import { mnistNetwork } from './lib/mnist-network.ts';
import { numberOptions } from './lib/options.ts';

const defaults = { batch: 32, threads: usualThreads, repeats: 100 };
const { batch, threads, repeats } = numberOptions(defaults);
setThreads(threads);
const model = mnistNetwork();
const images = random.uniform([batch, 28, 28, 1]);
const times: number[] = [];
for (let i = 0; i < repeats + 5; i++) {
  const start = performance.now();
  await model.predictOnBatch(images);
  times.push(performance.now() - start);
}
report({
  engine: engineName(),
  threads,
  batch,
  ms_per_batch: rounded(median(times.slice(5)), 3),
  ms_first: rounded(times[0], 1),
});
