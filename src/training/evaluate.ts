import { streamKey } from '../ops/random/state.ts';
import { ValueError } from '../tensor/index.ts';
import type { BatchSource } from './batches.ts';
import type { Callback, Logs } from './callbacks/callback.ts';
import { CallbackList } from './callbacks/callback-list.ts';
import { ProgbarLogger } from './callbacks/progbar-logger.ts';
import { checkCount, checkOptions } from './check-options.ts';
import type { Compiled } from './compiled.ts';
import { type BatchIterable, isBatchIterable, type Samples } from './data.ts';
import { TurnTimer } from './event-loop.ts';
import type { Model } from './model.ts';
import { getOutput } from './output.ts';
import { resolveVerbosity, type Verbose } from './progress-bar.ts';
import { arraySource, firstBatch, iterableSource, prepareFor, readColumns } from './sources.ts';

/** What `evaluate` takes besides the data. */
export interface EvaluateOptions {
  /** Samples of a step; 32 by default. The result does not depend on it, but for rounding. */
  readonly batchSize?: number | null;
  readonly verbose?: Verbose;
  readonly sampleWeight?: Samples | null;
  readonly steps?: number | null;
  readonly callbacks?: readonly Callback[] | Callback;
  /** Gives an object by name instead of a list. */
  readonly returnDict?: boolean;
  readonly signal?: AbortSignal | null;
}

const optionNames = [
  'batchSize',
  'verbose',
  'sampleWeight',
  'steps',
  'callbacks',
  'returnDict',
  'signal',
] as const satisfies readonly (keyof EvaluateOptions)[];

/** Loss and metrics: in order, or by name. */
export type Evaluation = number[] | Logs;

/** Counts loss and metrics on data; see `Model.evaluate`. */
export async function evaluate(
  model: Model,
  x: Samples | BatchIterable,
  y: Samples | null,
  options: EvaluateOptions,
): Promise<Evaluation> {
  checkOptions('evaluate', options, optionNames);
  checkCount('evaluate: batchSize', options.batchSize, 1);
  checkCount('evaluate: steps', options.steps, 1);
  const compiled = model.compiledFor('evaluate');
  const { steps = null, sampleWeight = null, signal = null } = options;
  const source = isBatchIterable(x)
    ? iterableSource(model, 'evaluate', x, steps, null, compiled)
    : await preparedArrays(model, compiled, { x, y, sampleWeight, classWeight: null }, options);
  const verbose = resolveVerbosity(options.verbose ?? 'auto', getOutput());
  const given = [options.callbacks ?? []].flat();
  const callbacks = new CallbackList(verbose ? [...given, new ProgbarLogger()] : given, model, {
    verbose,
    epochs: 1,
    steps: source.steps,
  });
  const logs = await runEvaluation({
    model,
    compiled,
    callbacks,
    source,
    signal,
    timer: new TurnTimer(),
  });
  if (!logs) throw signal?.reason;
  return options.returnDict ? logs : listLogs(compiled, logs);
}

async function preparedArrays(
  model: Model,
  compiled: Compiled,
  data: Parameters<typeof readColumns>[2],
  { batchSize, steps = null }: EvaluateOptions,
): Promise<BatchSource> {
  const size = batchSize ?? 32;
  const columns = await readColumns(model, 'evaluate', data);
  prepareFor(model, compiled, columns, firstBatch(model, columns, size));
  return arraySource(model, columns, size, steps, null);
}

/** Loss and metrics in the order of the metrics' names. */
export const listLogs = (compiled: Compiled, logs: Logs): number[] =>
  compiled.logNames.map((name) => logs[name]);

/** Where the stream of a training's random numbers holds those of evaluations: they leave the training's own alone. */
const EVALUATIONS = 2 ** 41;

/** Runs the steps of an evaluation; its logs, or null where it was interrupted. */
export async function runEvaluation({
  model,
  compiled,
  callbacks,
  source,
  timer,
  signal,
}: {
  readonly model: Model;
  readonly compiled: Compiled;
  readonly callbacks: CallbackList;
  readonly source: BatchSource;
  readonly timer: TurnTimer;
  readonly signal?: AbortSignal | null;
}): Promise<Logs | null> {
  await callbacks.call('onTestBegin');
  compiled.resetMetrics();
  let step = 0;
  for await (const batch of source.batches(0, 0)) {
    await callbacks.call('onTestBatchBegin', step);
    if (step === 0) compiled.prepare(batch);
    compiled.test(batch, streamKey(model.trainingState.seed ?? 0, EVALUATIONS + step));
    const logs = callbacks.needsBatchLogs('test', step) ? await compiled.logs() : {};
    await callbacks.batchEnd('test', step, logs);
    step++;
    await timer.pause();
    if (signal?.aborted) return null;
  }
  if (step === 0)
    throw new ValueError('evaluate: the data gave no batch; there is nothing to count');
  const logs = await compiled.logs();
  await callbacks.call('onTestEnd', logs);
  return logs;
}
