// One training step of the MNIST network, after the first ones: npm run -s bench -- mnist-step --batch 32 --threads 2
import { Callback, setThreads } from 'gradus';
import { mnist } from 'gradus/datasets';
import { codeKilobytes, engineName, usualThreads } from './lib/engine.ts';
import { median, report, rounded } from './lib/figures.ts';
import { mnistNetwork, prepared } from './lib/mnist-network.ts';
import { numberOptions } from './lib/options.ts';

const options = numberOptions({ batch: 32, threads: usualThreads, steps: 300 });
const { batch, threads, steps } = options;
/** Steps that prepare kernels and fill caches. */
const warmUp = 20;

class StepTimes extends Callback {
  readonly #begins: number[] = [];

  override onTrainBatchBegin(): void {
    this.#begins.push(performance.now());
  }

  override onTrainEnd(): void {
    this.#begins.push(performance.now());
  }

  get times(): number[] {
    return this.#begins.slice(1).map((end, i) => end - this.#begins[i]);
  }
}

setThreads(threads);
const [[x, y]] = await mnist.loadData();
const train = prepared(x, y).shuffle(x.shape[0]).batch(batch).repeat();
const clock = new StepTimes();
await mnistNetwork().fit(train, {
  stepsPerEpoch: warmUp + steps,
  callbacks: [clock],
  verbose: 0,
});
const all = clock.times;
const times = all.slice(warmUp, -1);
const mean = times.reduce((a, b) => a + b) / times.length;
report({
  engine: engineName(),
  threads,
  batch,
  steps: times.length,
  ms_per_step: rounded(mean, 3),
  ms_median: rounded(median(times), 3),
  ms_least: rounded(Math.min(...times), 3),
  code_kb: codeKilobytes(),
  // What the first steps take beyond others: kernels are made, weights laid out, plans recorded.
  first_use_ms: rounded(all.slice(0, warmUp).reduce((a, b) => a + b) - warmUp * median(times)),
});
