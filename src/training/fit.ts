import { streamKey } from '../ops/random/state.ts';
import { ValueError } from '../tensor/index.ts';
import type { IterableBatches } from './batch-source.ts';
import type { BatchSource } from './batches.ts';
import type { Callback, Logs } from './callbacks/callback.ts';
import { CallbackList } from './callbacks/callback-list.ts';
import { History } from './callbacks/history.ts';
import { ProgbarLogger } from './callbacks/progbar-logger.ts';
import { checkCount, checkOptions } from './check-options.ts';
import type { ClassWeight } from './class-weights.ts';
import type { Compiled } from './compiled.ts';
import type { BatchIterable, Samples } from './data.ts';
import { runEvaluation } from './evaluate.ts';
import { TurnTimer } from './event-loop.ts';
import { prepareData } from './fit-data.ts';
import type { Model } from './model.ts';
import { getOutput } from './output.ts';
import { resolveVerbosity, type Verbose } from './progress-bar.ts';
import { nextSeed, type TrainingState } from './training-state.ts';

/** Samples and labels, perhaps with weights, or batches of them. */
export type ValidationData =
  | readonly [x: Samples, y: Samples, sampleWeight?: Samples | null]
  | BatchIterable;

/** What `fit` takes besides the data. */
export interface FitOptions {
  /** Samples of a step; 32 by default. */
  readonly batchSize?: number | null;
  /** Passes over the data; 1 by default. */
  readonly epochs?: number;
  /** 0: silent, 1: a bar, 2: a line an epoch; 'auto', the default: a bar on a terminal, else lines. */
  readonly verbose?: Verbose;
  readonly callbacks?: readonly Callback[] | Callback;
  /** The share of the samples, from the end, that is kept for validation. */
  readonly validationSplit?: number;
  readonly validationData?: ValidationData | null;
  /** Whether each epoch takes the samples in another order; true by default. */
  readonly shuffle?: boolean;
  /** Weights of samples by class, for labels that are classes. */
  readonly classWeight?: ClassWeight | null;
  readonly sampleWeight?: Samples | null;
  /**
   * The number of the first epoch, from 0. Where the model stopped inside that epoch (interrupted, or saved there),
   * training goes on with the rest of it.
   */
  readonly initialEpoch?: number;
  readonly stepsPerEpoch?: number | null;
  readonly validationSteps?: number | null;
  /** Samples of a step of the validation; `batchSize` by default. */
  readonly validationBatchSize?: number | null;
  /** Validates after every so many epochs, or after those in the list (from 1). */
  readonly validationFreq?: number | readonly number[];
  /** Ends the training after the step at which it is aborted; what was learned stays. */
  readonly signal?: AbortSignal | null;
}

const optionNames = [
  'batchSize',
  'epochs',
  'verbose',
  'callbacks',
  'validationSplit',
  'validationData',
  'shuffle',
  'classWeight',
  'sampleWeight',
  'initialEpoch',
  'stepsPerEpoch',
  'validationSteps',
  'validationBatchSize',
  'validationFreq',
  'signal',
] as const satisfies readonly (keyof FitOptions)[];

/** What a run of `fit` works with. */
interface Run {
  readonly model: Model;
  readonly compiled: Compiled;
  readonly callbacks: CallbackList;
  readonly options: FitOptions;
  readonly source: BatchSource;
  readonly validation: BatchSource | null;
  readonly timer: TurnTimer;
}

/** Trains a model; see `Model.fit`. */
export async function fit(
  model: Model,
  x: Samples | BatchIterable,
  y: Samples | null,
  options: FitOptions,
): Promise<History> {
  checkOptions('fit', options, optionNames);
  checkNumbers(options);
  const compiled = model.compiledFor('fit');
  const data = await prepareData(model, compiled, x, y, options);
  const { callbacks, history } = makeCallbacks(model, options, data.steps);
  model.stopTraining = false;
  const before = model.trainingState;
  await callbacks.call('onTrainBegin');
  const restored = model.trainingState !== before;
  const start = startOf(model, options, restored);
  const run: Run = {
    model,
    compiled,
    callbacks,
    options,
    source: data.open(start.seed),
    validation: data.validation,
    timer: new TurnTimer(),
  };
  let logs: Logs = {};
  const epochs = options.epochs ?? 1;
  for (let epoch = start.epoch; epoch < epochs && !stopped(run); epoch++) {
    logs = (await runEpoch(run, epoch, epoch === start.epoch ? start.step : 0)) ?? logs;
  }
  if (options.signal?.aborted) {
    if (options.verbose !== 0 && options.verbose !== false) tellInterruption(model);
  } else if (epochs > 0) {
    compiled.optimizer.finalizeVariableValues(model.trainableWeights);
  }
  await callbacks.call('onTrainEnd', logs);
  return history;
}

const stopped = ({ model, options, source }: Run): boolean =>
  model.stopTraining ||
  options.signal?.aborted === true ||
  (source as Partial<IterableBatches>).exhausted === true;

/** The rest of an epoch from step `first` on; its logs, or null where it was interrupted. */
async function runEpoch(run: Run, epoch: number, first: number): Promise<Logs | null> {
  const { model, compiled, callbacks, options, source } = run;
  if (first === 0) compiled.resetMetrics();
  await callbacks.call('onEpochBegin', epoch);
  setState(model, { epoch, step: first });
  const ended = await runSteps(run, epoch, first);
  if (options.signal?.aborted) return null;
  const logs: Logs = { ...(await compiled.logs()) };
  if (run.validation && isDue(options.validationFreq ?? 1, epoch)) {
    const results = await validate(run, run.validation);
    if (!results) return null;
    for (const [name, value] of Object.entries(results)) logs[`val_${name}`] = value;
  }
  const { step } = model.trainingState;
  if (ended || step === source.steps) setState(model, { epoch: epoch + 1, step: 0 });
  await callbacks.call('onEpochEnd', epoch, logs);
  return logs;
}

/** Trains on an epoch's batches from step `first` on; whether it came to their end. */
async function runSteps(run: Run, epoch: number, first: number): Promise<boolean> {
  const { model, compiled, callbacks, options, source, timer } = run;
  let step = first;
  for await (const batch of source.batches(epoch, first)) {
    await callbacks.call('onTrainBatchBegin', step);
    if (step === first) compiled.prepare(batch);
    const { seed, iteration } = model.trainingState;
    compiled.train(batch, streamKey(seed as number, iteration));
    setState(model, { iteration: iteration + 1, step: step + 1 });
    const logs = callbacks.needsBatchLogs('train', step) ? await compiled.logs() : {};
    await callbacks.batchEnd('train', step, logs);
    step++;
    await timer.pause();
    if (model.stopTraining || options.signal?.aborted) return false;
  }
  if (step === 0) throw new ValueError('fit: the data gave no batch; there is nothing to train on');
  return true;
}

/** Loss and metrics on the validation data, or null where it was interrupted: the training's own are then back. */
async function validate(run: Run, source: BatchSource): Promise<Logs | null> {
  const { model, compiled, callbacks, timer, options } = run;
  const counted = compiled.copyVariables();
  const logs = await runEvaluation({
    model,
    compiled,
    callbacks,
    timer,
    source,
    signal: options.signal,
  });
  if (!logs) compiled.setVariables(counted);
  for (const { storage } of counted.values()) storage.release();
  return logs;
}

const isDue = (frequency: number | readonly number[], epoch: number): boolean =>
  typeof frequency === 'number' ? (epoch + 1) % frequency === 0 : frequency.includes(epoch + 1);

function setState(model: Model, change: Partial<TrainingState>): void {
  model.trainingState = { ...model.trainingState, ...change };
}

/** Where a training begins, and the seed of its random numbers. */
function startOf(
  model: Model,
  { initialEpoch }: FitOptions,
  restored: boolean,
): { epoch: number; step: number; seed: number } {
  const state = model.trainingState;
  if (state.seed !== null && (restored || initialEpoch === state.epoch)) {
    return { epoch: state.epoch, step: state.step, seed: state.seed };
  }
  const epoch = initialEpoch ?? 0;
  const seed = epoch > 0 && state.seed !== null ? state.seed : nextSeed();
  setState(model, { seed, epoch, step: 0 });
  return { epoch, step: 0, seed };
}

function tellInterruption(model: Model): void {
  const { epoch, step } = model.trainingState;
  getOutput().write(
    `\nStopped in epoch ${epoch + 1} after ${step} steps. What was learned is kept.\n`,
  );
}

function makeCallbacks(
  model: Model,
  options: FitOptions,
  steps: number | null,
): { callbacks: CallbackList; history: History } {
  const given = [options.callbacks ?? []].flat();
  const verbose = resolveVerbosity(options.verbose ?? 'auto', getOutput());
  const history =
    (given.find((callback) => callback instanceof History) as History) ?? new History();
  const bar =
    given.some((callback) => callback instanceof ProgbarLogger) || !verbose
      ? []
      : [new ProgbarLogger()];
  const all = [...new Set([...given, history, ...bar])];
  const list = all.toSorted((a, b) => Number(a.runsLast) - Number(b.runsLast));
  model.history = history;
  const params = { verbose, epochs: options.epochs ?? 1, steps };
  return { callbacks: new CallbackList(list, model, params), history };
}

function checkNumbers(options: FitOptions): void {
  checkCount('fit: batchSize', options.batchSize, 1);
  checkCount('fit: epochs', options.epochs, 0);
  checkCount('fit: initialEpoch', options.initialEpoch, 0);
  checkCount('fit: stepsPerEpoch', options.stepsPerEpoch, 1);
  checkCount('fit: validationSteps', options.validationSteps, 1);
  checkCount('fit: validationBatchSize', options.validationBatchSize, 1);
  const { validationSplit: split = 0, validationFreq: frequency = 1 } = options;
  if (!(split >= 0 && split < 1)) {
    throw new ValueError(`fit: validationSplit must lie in [0, 1), received ${split}`);
  }
  if (typeof frequency === 'number') checkCount('fit: validationFreq', frequency, 1);
}
