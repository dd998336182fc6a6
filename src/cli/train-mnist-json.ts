import { existsSync } from 'node:fs';
import { mnistJson } from '../datasets/index.ts';
import { type Tensor as CoreTensor, getBackend, setThreads, ValueError } from '../index.ts';
import * as paddle from '../paddle/index.ts';
import { checkWritable } from './check-writable.ts';
import type { CommonOptions, Outcome } from './command.ts';
import { lessonNetworks } from './lesson-networks.ts';
import { grouped, paint, print, rounded } from './terminal.ts';

const F = paddle.nn.functional;

export interface TrainMnistJsonOptions extends CommonOptions {
  readonly net: keyof typeof lessonNetworks;
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: 'sgd' | 'momentum' | 'adagrad' | 'adam' | 'rmsprop';
  readonly learningRate?: number;
  readonly l2?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly data?: string;
  readonly resume?: string;
  readonly save: string;
}

/** Trains a network of the lesson by a loop of its own, and saves it so that Paddle opens it. */
export async function trainMnistJson(options: TrainMnistJsonOptions): Promise<Outcome> {
  const { net, epochs, batchSize, save, resume, threads, seed = 0 } = options;
  await checkWritable(save, { extensions: ['.pdparams'] });
  if (threads) setThreads(threads);
  paddle.seed(seed);
  const backend = getBackend();
  print(`engine: ${backend.name}, ${backend.description}`);
  const digits = await openDigits(options.data);
  const { train, valid, eval: evaluation } = digits.check();
  print(
    `data: ${grouped(train.length)} images to train, ${grouped(valid.length)} to validate, ` +
      `${grouped(evaluation.length)} to evaluate`,
  );
  const model = new lessonNetworks[net]();
  const optimizer = makeOptimizer(model, options);
  if (resume !== undefined) await takeUp(model, optimizer, resume);
  const start = performance.now();
  const losses: number[] = [];
  let accuracy = 0;
  const reader = digits.reader('train', { batchSize, seed });
  for (let epoch = 0; epoch < epochs; epoch++) {
    losses.push(await trainEpoch(model, optimizer, reader, epoch));
    accuracy = accuracyOf(model, digits, 'valid');
    print(
      `epoch ${epoch + 1}/${epochs}  loss ${losses[epoch].toFixed(4)}  ` +
        `validation accuracy ${accuracy.toFixed(4)}`,
    );
  }
  const seconds = Math.round((performance.now() - start) / 10) / 100;
  await paddle.save(model.stateDict(), save);
  await paddle.save(optimizer.stateDict(), optimizerFile(save));
  print(`saved ${save} and ${optimizerFile(save)}`);
  const test = accuracyOf(model, digits, 'eval');
  print(paint('bold', `evaluation accuracy ${test.toFixed(4)}`));
  return {
    result: {
      net,
      weights: model.parameters().reduce((sum, { size }) => sum + size, 0),
      backend: backend.name,
      threads: backend.threads,
      epochs,
      batch: batchSize,
      optimizer: options.optimizer,
      seed,
      fit_s: seconds,
      losses: losses.map(rounded),
      validation_accuracy: rounded(accuracy),
      accuracy: rounded(test),
      saved: save,
    },
  };
}

/** The digits of a `mnist.json.gz`, or of MNIST in that form. */
async function openDigits(path: string | undefined): Promise<mnistJson.MnistJson> {
  if (path === undefined) return mnistJson.fromMnist();
  if (!existsSync(path)) {
    throw new ValueError(`--data ${path}: there is no such file; gradus data mnist-json makes one`);
  }
  return path.endsWith('.gz') || path.endsWith('.json')
    ? mnistJson.read(path)
    : mnistJson.fromMnist({ path });
}

const rates = { sgd: 0.01, momentum: 0.01, adagrad: 0.01, adam: 0.001, rmsprop: 0.001 } as const;

function makeOptimizer(
  model: paddle.nn.Layer,
  { optimizer, learningRate = rates[optimizer], l2 }: TrainMnistJsonOptions,
) {
  const weightDecay = l2 === undefined ? undefined : new paddle.regularizer.L2Decay(l2);
  const common = { learningRate, weightDecay, parameters: model.parameters() };
  const { SGD, Momentum, Adagrad, Adam, RMSProp } = paddle.optimizer;
  switch (optimizer) {
    case 'sgd':
      return new SGD(common);
    case 'momentum':
      return new Momentum({ ...common, momentum: 0.9 });
    case 'adagrad':
      return new Adagrad(common);
    case 'adam':
      return new Adam(common);
    case 'rmsprop':
      return new RMSProp(common);
  }
}

type Optimizer = ReturnType<typeof makeOptimizer>;

const optimizerFile = (path: string): string => path.replace(/\.pdparams$/, '.pdopt');

/** Goes on where a training has ended: weights, and the optimizer's state where it was saved. */
async function takeUp(model: paddle.nn.Layer, optimizer: Optimizer, path: string): Promise<void> {
  model.setStateDict(await paddle.load(path));
  const state = optimizerFile(path);
  if (existsSync(state)) optimizer.setStateDict(await paddle.load(state));
  print(`went on from ${path}${existsSync(state) ? ` and ${state}` : ''}`);
}

/** One pass over the training images; the mean of the losses. */
async function trainEpoch(
  model: paddle.nn.Layer,
  optimizer: Optimizer,
  reader: mnistJson.BatchReader,
  epoch: number,
): Promise<number> {
  model.train();
  let sum = 0;
  let steps = 0;
  for (const [images, labels] of reader()) {
    const loss = step(model, optimizer, images, labels);
    sum += loss;
    if (steps % 100 === 0) print(`epoch ${epoch + 1}  batch ${steps}  loss ${loss.toFixed(4)}`);
    steps++;
  }
  return sum / steps;
}

function step(
  model: paddle.nn.Layer,
  optimizer: Optimizer,
  images: CoreTensor,
  labels: CoreTensor,
): number {
  const scores: paddle.Tensor = model.call(paddle.toTensor(images));
  const loss = paddle.mean(F.crossEntropy(scores, paddle.toTensor(labels)));
  loss.backward();
  optimizer.step();
  optimizer.clearGrad();
  return Number(loss.item());
}

/** The share of a part's images that the network recognises. */
function accuracyOf(
  model: paddle.nn.Layer,
  digits: mnistJson.MnistJson,
  mode: mnistJson.MnistJsonMode,
): number {
  model.eval();
  let right = 0;
  for (const [images, labels] of digits.reader(mode, { batchSize: 500 })()) {
    const scores: paddle.Tensor = paddle.noGrad(() => model.call(paddle.toTensor(images)));
    const found = scores.tensor.argmax(1).dataSync();
    labels.dataSync().forEach((label, i) => {
      if (found[i] === label) right++;
    });
  }
  return right / digits.part(mode).length;
}
