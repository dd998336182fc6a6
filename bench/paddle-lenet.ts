// The Paddle lab's convolutional network in a process of its own: import, load, train, evaluate.
// npm run -s bench -- paddle-lenet --epochs 1 --threads 2; L2=0.1 adds L2Decay, as for the peer
// With GRADUS_PROFILE=1 it tells first how long each kernel took.
// Steps are those of paddle.Model, which are planned once; with BY_HAND=1 forward, backward and step are called one by one.
import { availableParallelism } from 'node:os';
import type { Tensor } from 'gradus/paddle';
import { report, rounded, seconds } from './lib/figures.ts';
import { numberOptions } from './lib/options.ts';

const byHand = process.env.BY_HAND === '1';
const { epochs, batch, threads } = numberOptions({
  ...{ epochs: 1, batch: 100, threads: availableParallelism() },
});

// performance.now() counts from the start of the process.
const { getBackend, setThreads } = await import('gradus');
const { mnistJson } = await import('gradus/datasets');
const paddle = await import('gradus/paddle');
const { engineName } = await import('./lib/engine.ts');
const { PaddleDigits } = await import('./lib/paddle-digits.ts');
const F = paddle.nn.functional;
const imported = performance.now();

setThreads(threads);
paddle.setDevice('cpu');
const digits = await mnistJson.fromMnist();
const train = digits.reader('train', { batchSize: batch });
const test = digits.reader('eval', { batchSize: batch });
const loaded = performance.now();

const model = new PaddleDigits();
const decay = Number(process.env.L2 ?? 0);
const optimizer = new paddle.optimizer.SGD({
  learningRate: 0.01,
  weightDecay: decay ? new paddle.regularizer.L2Decay(decay) : undefined,
  parameters: model.parameters(),
});
const planned = new paddle.Model(model);
planned.prepare(optimizer, new paddle.nn.CrossEntropyLoss());

function stepByHand(images: Tensor, labels: Tensor): void {
  const loss = F.crossEntropy(model.call(images), labels);
  loss.backward();
  optimizer.step();
  optimizer.clearGrad();
}

let steps = 0;
for (let epoch = 0; epoch < epochs; epoch++) {
  for (const [images, labels] of train()) {
    const [x, y] = [paddle.toTensor(images), paddle.toTensor(labels)];
    if (byHand) stepByHand(x, y);
    else planned.trainBatch([x], [y]);
    steps++;
  }
}
const trained = performance.now();
for (const { operation, kernel, milliseconds } of getBackend().profile?.()?.rows ?? []) {
  console.log(`${rounded(milliseconds / steps).toFixed(3)} ms a step  ${operation}: ${kernel}`);
}

model.eval();
let right = 0;
for (const [images, labels] of test()) {
  const scores = paddle.noGrad(() => model.call(paddle.toTensor(images)));
  const found = scores.tensor.argmax(1).dataSync();
  labels.dataSync().forEach((label, i) => {
    if (found[i] === label) right++;
  });
}
const finished = performance.now();

report({
  lab: 'paddle-lenet',
  engine: engineName(),
  threads,
  epochs,
  batch,
  import_s: seconds(imported),
  load_s: seconds(loaded - imported),
  fit_s: seconds(trained - loaded),
  ms_per_step: rounded((trained - loaded) / steps),
  evaluate_s: seconds(finished - trained),
  total_s: seconds(finished),
  accuracy: rounded(right / digits.part('eval').length, 4),
  peak_mb: Math.floor(process.resourceUsage().maxRSS / 1024),
});
