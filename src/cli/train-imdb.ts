import { dirname } from 'node:path';
import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { imdb } from '../datasets/index.ts';
import {
  getBackend,
  layers,
  multiHot,
  optimizers,
  type Sequences,
  Sequential,
  setSeed,
  setThreads,
} from '../index.ts';
import { checkWritable } from './check-writable.ts';
import type { CommonOptions, Outcome } from './command.ts';
import { checkPlot, plotTraining } from './plot-training.ts';
import { grouped, paint, print, rounded } from './terminal.ts';

export interface TrainImdbOptions extends CommonOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: 'adam' | 'sgd' | 'rmsprop';
  readonly learningRate?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly data?: string;
  readonly save: string;
  readonly review?: string;
  /** File of a picture of the curves. */
  readonly plot?: string;
  readonly verbose?: boolean;
}

/** Words that the network knows: the most frequent ones. */
const numWords = 10_000;
/** Reviews, from the first, that show in a first training how many epochs are good. */
const heldBack = 10_000;
/** That training goes on beyond the epochs of the real one, to show where learning by heart begins. */
const beyond = 5;

/** Trains a network on film reviews: first on a part, watching the rest, then on all; measures it and judges reviews. */
export async function trainImdb(options: TrainImdbOptions): Promise<Outcome> {
  await checkWritable(options.save);
  await checkPlot(options.plot);
  if (options.threads) setThreads(options.threads);
  const backend = getBackend();
  print(`engine: ${backend.name}, ${backend.description}`);
  const found = await imdb.locate({ path: options.data });
  const [[x, y], [xTest, yTest]] = await imdb.loadArrays({ path: options.data, numWords });
  print(
    `data: ${grouped(x.length)} training and ${grouped(xTest.length)} test reviews ` +
      `from ${found?.place ?? 'the network (kept in the cache from now on)'}`,
  );
  const best = await showCurve(x, y, options);
  const model = makeModel(options);
  if (options.verbose) model.summary();
  const start = performance.now();
  const { epochs, batchSize } = options;
  await model.fit(multiHot(x, numWords), y, { epochs, batchSize });
  const took = performance.now() - start;
  await model.save(options.save);
  print(`saved ${options.save}`);
  const [loss, accuracy] = await model.evaluate(multiHot(xTest, numWords), yTest, { verbose: 0 });
  print(`test loss ${loss.toFixed(4)}`);
  print(paint('bold', `test accuracy ${accuracy.toFixed(4)}`));
  const judged = await judgeReviews(model, options);
  return {
    result: {
      model: model.name,
      backend: backend.name,
      threads: backend.threads,
      reviews: x.length,
      words: numWords,
      epochs,
      batch: batchSize,
      optimizer: options.optimizer,
      best_epoch: best,
      fit_s: Math.round(took / 10) / 100,
      loss: rounded(loss),
      accuracy: rounded(accuracy),
      saved: options.save,
      ...(judged && { review: judged }),
    },
  };
}

function makeModel({ optimizer, learningRate, seed = 0 }: TrainImdbOptions): Sequential {
  setSeed(seed);
  const model = new Sequential(
    [
      layers.input({ shape: [numWords] }),
      layers.dense(16, 'relu'),
      layers.dense(16, 'relu'),
      layers.dense(1, 'sigmoid'),
    ],
    { name: 'imdb' },
  );
  const made = { adam: optimizers.adam, sgd: optimizers.sgd, rmsprop: optimizers.rmsprop };
  model.compile({
    optimizer: made[optimizer](learningRate === undefined ? {} : { learningRate }),
    loss: 'binaryCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

/** Trains on all but the first reviews and draws loss and accuracy on those; the epoch after which the loss was least. */
async function showCurve(
  x: Sequences,
  y: Uint8Array,
  options: TrainImdbOptions,
): Promise<number | null> {
  const count = Math.min(heldBack, Math.floor(0.4 * x.length));
  if (count === 0) return null;
  print(
    `training on ${grouped(x.length - count)} reviews, watching the other ${grouped(count)} to see how long is good:`,
  );
  const { history } = await makeModel(options).fit(
    multiHot(x.slice(count), numWords),
    y.subarray(count),
    {
      epochs: beyond * options.epochs,
      batchSize: options.batchSize,
      validationData: [multiHot(x.slice(0, count), numWords), y.subarray(0, count)],
      verbose: 0,
    },
  );
  if (options.plot !== undefined) await plotTraining(options.plot, 'imdb', history, 'epoch');
  const column = (name: string): number[] => history[name] as number[];
  const losses = column('val_loss');
  const best = losses.indexOf(Math.min(...losses));
  print('epoch    loss  accuracy  validation: accuracy    loss');
  losses.forEach((loss, i) => {
    const cells = [
      String(i + 1).padStart(5),
      column('loss')[i].toFixed(4).padStart(8),
      column('accuracy')[i].toFixed(4).padStart(10),
      column('val_accuracy')[i].toFixed(4).padStart(22),
      loss.toFixed(4).padStart(8),
    ];
    const bar = '█'.repeat(Math.min(40, Math.round(40 * loss)));
    print(`${cells.join('')}  ${paint(i === best ? 'green' : 'grey', bar)}`);
  });
  const then = best + 1 < losses.length ? '; then the network learns by heart' : '';
  print(`the validation loss is least after epoch ${best + 1}${then}`);
  print(`training anew on all ${grouped(x.length)} reviews:`);
  return best + 1;
}

/** Judges the review that was given, or those that are typed in. */
async function judgeReviews(
  model: Sequential,
  { review, data, json }: TrainImdbOptions,
): Promise<{ text: string; positive: number } | null> {
  const asks = review === undefined && stdin.isTTY && stdout.isTTY && !json;
  if (review === undefined && !asks) return null;
  const index = await openWordIndex(data);
  const judge = async (text: string): Promise<number> => {
    const words = imdb.encodeReview(text, index, { numWords });
    const prediction = await model.predict(multiHot([words], numWords), { verbose: 0 });
    const [positive] = await prediction.data();
    const share = `${(100 * Math.max(positive, 1 - positive)).toFixed(1)} %`;
    print(
      positive >= 0.5
        ? paint('green', `positive (${share} sure)`)
        : paint('red', `negative (${share} sure)`),
    );
    return positive;
  };
  if (review !== undefined) {
    print(`review: ${review}`);
    return { text: review, positive: rounded(await judge(review)) };
  }
  const terminal = createInterface({ input: stdin, output: stdout });
  try {
    for (;;) {
      const text = await terminal.question('Type a review in English (nothing to end): ');
      if (text.trim() === '') return null;
      await judge(text);
    }
  } finally {
    terminal.close();
  }
}

/** The word index beside the data, or the published one. */
async function openWordIndex(data: string | undefined): Promise<imdb.WordIndex> {
  if (data !== undefined) {
    const folder = data.endsWith('.npz') ? dirname(data) : data;
    if (await imdb.hasWordIndex(folder)) return imdb.getWordIndex({ path: folder });
  }
  return imdb.getWordIndex();
}
