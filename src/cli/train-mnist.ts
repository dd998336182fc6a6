import {
  Callback,
  getBackend,
  loadModel,
  type Model,
  optimizers,
  setSeed,
  setThreads,
  ValueError,
} from '../index.ts';
import { checkWritable } from './check-writable.ts';
import type { CommonOptions, Outcome } from './command.ts';
import { digitNetworks } from './digit-networks.ts';
import { imageBatches, type LabelledImages, loadImages } from './image-data.ts';
import { logTraining, noteResult } from './log-training.ts';
import { checkPlot, plotTraining, StepCurves } from './plot-training.ts';
import { endProfile, printProfile, startProfile } from './profile-table.ts';
import { showDigits } from './show-digits.ts';
import { grouped, paint, print, rounded } from './terminal.ts';

export interface TrainOptions extends CommonOptions {
  readonly model: keyof typeof digitNetworks;
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: 'adam' | 'sgd' | 'rmsprop';
  readonly learningRate?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly data?: string;
  readonly resume?: string;
  readonly save: string;
  readonly profile?: boolean;
  /** Folder of a log for the board. */
  readonly log?: string;
  /** File of a picture of the curves. */
  readonly plot?: string;
  readonly verbose?: boolean;
}

/** Trains a network on MNIST, saves it, measures it, and shows what it makes of some digits. */
export async function trainMnist(options: TrainOptions): Promise<Outcome> {
  await checkWritable(options.save);
  await checkPlot(options.plot);
  if (options.threads) setThreads(options.threads);
  const backend = getBackend();
  const profiling = options.profile || process.env.GRADUS_PROFILE === '1';
  if (profiling) startProfile(backend);
  print(`engine: ${backend.name}, ${backend.description}`);
  const { train, test } = await loadImages('mnist', options.data);
  print(
    `data: ${grouped(train.images.shape[0])} training and ${grouped(test.images.shape[0])} test images ` +
      `from ${train.from}`,
  );
  const model = await openModel(options);
  if (options.verbose) model.summary();
  else print(`network: ${model.name}, ${grouped(countWeights(model))} weights`);

  const interrupt = listenForInterrupt();
  const before = model.trainingState.iteration;
  const log = options.log === undefined ? [] : [logTraining(model, test, options.log)];
  const drawn = options.plot === undefined ? [] : [new StepCurves()];
  const timing = await trainModel(model, train, options, interrupt.signal, [...log, ...drawn]);
  const profile = profiling ? endProfile(backend) : null;
  await model.save(options.save);
  interrupt.stopListening();
  const interrupted = interrupt.signal.aborted;
  print(`saved ${options.save}`);
  for (const steps of drawn) {
    await plotTraining(options.plot as string, `mnist, ${model.name}`, steps, 'step');
  }
  if (interrupted) print(`go on with: gradus train mnist --resume ${options.save}`);
  const score = interrupted ? {} : await measure(model, test, options);
  if (options.log !== undefined && !interrupted) {
    noteResult(options.log, options, score);
    print(`logged ${options.log}; look at it with: gradus board ${options.log}`);
  }
  if (profile) printProfile(profile, model.trainingState.iteration - before);
  return {
    result: {
      model: model.name,
      weights: countWeights(model),
      backend: backend.name,
      threads: backend.threads,
      epochs: options.epochs,
      batch: options.batchSize,
      optimizer: model.optimizer.className.toLowerCase(),
      seed: model.trainingState.seed,
      steps: model.trainingState.iteration,
      ...timing,
      ...score,
      interrupted,
      saved: options.save,
    },
  };
}

async function openModel(options: TrainOptions): Promise<Model> {
  if (options.resume !== undefined) {
    const model = await loadModel(options.resume);
    if (model.compiled) return model;
    throw new ValueError(`--resume ${options.resume}: the file holds no training to go on with`);
  }
  const seed = options.seed ?? 0;
  setSeed(seed);
  const { learningRate } = options;
  const made = { adam: optimizers.adam, sgd: optimizers.sgd, rmsprop: optimizers.rmsprop };
  const model = digitNetworks[options.model]();
  model.compile({
    optimizer: made[options.optimizer](learningRate === undefined ? {} : { learningRate }),
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
  });
  // Kept in the file, so that a training that goes on has the orders and the dropout of one that never stopped.
  model.trainingState = { ...model.trainingState, seed };
  return model;
}

const countWeights = (model: Model): number =>
  model.weights.reduce((sum, { size }) => sum + size, 0);

/** Notes when the first step was done. */
class FirstStep extends Callback {
  /** Seconds after the process began. */
  at: number | null = null;

  override onTrainBatchBegin(batch: number): void {
    if (batch > 0) this.at ??= seconds(performance.now());
  }
}

const seconds = (milliseconds: number): number => Math.round(milliseconds / 10) / 100;

async function trainModel(
  model: Model,
  train: LabelledImages,
  { epochs, batchSize }: TrainOptions,
  signal: AbortSignal,
  log: readonly Callback[],
): Promise<Record<string, number | null>> {
  const { epoch, iteration, seed } = model.trainingState;
  const batches = imageBatches(model, train)
    .shuffle(train.images.shape[0], { seed: seed as number })
    .batch(batchSize);
  const firstStep = new FirstStep();
  const start = performance.now();
  const callbacks = [firstStep, ...log];
  await model.fit(batches, { epochs, initialEpoch: epoch, callbacks, signal });
  const took = performance.now() - start;
  const steps = model.trainingState.iteration - iteration;
  return {
    first_step_s: firstStep.at,
    fit_s: seconds(took),
    ms_per_step: steps ? Math.round((took / steps) * 100) / 100 : null,
  };
}

async function measure(
  model: Model,
  test: LabelledImages,
  { batchSize }: TrainOptions,
): Promise<Record<string, number>> {
  const batches = imageBatches(model, test).batch(batchSize);
  const logs = await model.evaluate(batches, { returnDict: true, verbose: 0 });
  print(`test loss ${logs.loss.toFixed(4)}`);
  print(paint('bold', `test accuracy ${logs.accuracy.toFixed(4)}`));
  print();
  await showDigits(model, test);
  return { loss: rounded(logs.loss), accuracy: rounded(logs.accuracy) };
}

/** The first Ctrl-C ends the training after the step; the second ends the program. */
function listenForInterrupt(): { signal: AbortSignal; stopListening(): void } {
  const controller = new AbortController();
  const onInterrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', onInterrupt);
  return {
    signal: controller.signal,
    stopListening: () => void process.off('SIGINT', onInterrupt),
  };
}
