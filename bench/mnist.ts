// The whole MNIST lab in a process of its own: import, load, train, evaluate, save.
// npm run -s bench -- mnist --epochs 1 --batch 32 --threads 2
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { report, rounded, seconds } from './lib/figures.ts';
import { numberOptions } from './lib/options.ts';

const defaults = { epochs: 3, batch: 32, threads: availableParallelism() };
const { epochs, batch, threads } = numberOptions(defaults);

// performance.now() counts from the start of the process.
const { setThreads } = await import('gradus');
const { mnist } = await import('gradus/datasets');
const { mnistNetwork, prepared } = await import('./lib/mnist-network.ts');
const { engineName } = await import('./lib/engine.ts');
const imported = performance.now();

setThreads(threads);
const [[xTrain, yTrain], [xTest, yTest]] = await mnist.loadData();
const train = prepared(xTrain, yTrain).shuffle(xTrain.shape[0]).batch(batch);
const test = prepared(xTest, yTest).batch(32);
const loaded = performance.now();

const model = mnistNetwork();
await model.fit(train, { epochs, verbose: 0 });
const trained = performance.now();

const [loss, accuracy] = await model.evaluate(test, { verbose: 0 });
const folder = await mkdtemp(join(tmpdir(), 'gradus-bench-'));
await model.save(join(folder, 'mnist.safetensors'));
const finished = performance.now();
await rm(folder, { recursive: true });

report({
  lab: 'mnist',
  engine: engineName(),
  threads,
  epochs,
  batch,
  import_s: seconds(imported),
  load_s: seconds(loaded - imported),
  fit_s: seconds(trained - loaded),
  ms_per_step: rounded((trained - loaded) / (epochs * Math.ceil(xTrain.shape[0] / batch))),
  evaluate_save_s: seconds(finished - trained),
  total_s: seconds(finished),
  loss: rounded(loss, 4),
  accuracy: rounded(accuracy, 4),
  peak_mb: Math.floor(process.resourceUsage().maxRSS / 1024),
});
