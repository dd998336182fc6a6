import { streamKey } from '../ops/random/state.ts';
import { checkOptions } from './check-options.ts';
import type { ClassWeight } from './class-weights.ts';
import type { Samples } from './data.ts';
import { type Evaluation, listLogs } from './evaluate.ts';
import type { Model } from './model.ts';
import type { Prediction } from './predict.ts';
import { firstBatch, prepareFor, readColumns } from './sources.ts';
import { nextSeed } from './training-state.ts';

/** What the calls for a single batch take besides the data. */
export interface BatchOptions {
  readonly sampleWeight?: Samples | null;
  /** Weights of samples by class. */
  readonly classWeight?: ClassWeight | null;
  /** Gives an object by name instead of a list. */
  readonly returnDict?: boolean;
}

const optionNames = [
  'sampleWeight',
  'classWeight',
  'returnDict',
] as const satisfies readonly (keyof BatchOptions)[];

/** One step of training; see `Model.trainOnBatch`. */
export async function trainOnBatch(
  model: Model,
  x: Samples,
  y: Samples,
  options: BatchOptions,
): Promise<Evaluation> {
  const state = model.trainingState;
  const seed = state.seed ?? nextSeed();
  const { iteration } = state;
  const result = await onBatch(model, 'trainOnBatch', x, y, options, (compiled, batch) => {
    compiled.train(batch, streamKey(seed, iteration));
    model.trainingState = { ...state, seed, iteration: iteration + 1 };
  });
  return result;
}

/** Counts a batch; see `Model.testOnBatch`. */
export function testOnBatch(
  model: Model,
  x: Samples,
  y: Samples,
  options: BatchOptions,
): Promise<Evaluation> {
  return onBatch(model, 'testOnBatch', x, y, options, (compiled, batch) => {
    compiled.test(batch, streamKey(model.trainingState.seed ?? 0, 0));
  });
}

async function onBatch(
  model: Model,
  where: string,
  x: Samples,
  y: Samples,
  options: BatchOptions,
  run: (compiled: Model['training'], batch: ReturnType<typeof firstBatch>) => void,
): Promise<Evaluation> {
  checkOptions(where, options, optionNames);
  const { sampleWeight = null, classWeight = null } = options;
  const compiled = model.compiledFor(where);
  const columns = await readColumns(model, where, { x, y, sampleWeight, classWeight });
  const batch = firstBatch(model, columns);
  prepareFor(model, compiled, columns, batch);
  compiled.resetMetrics();
  run(compiled, batch);
  const logs = await compiled.logs();
  return options.returnDict ? logs : listLogs(compiled, logs);
}

/** Outputs for one batch; see `Model.predictOnBatch`. */
export async function predictOnBatch(model: Model, x: Samples): Promise<Prediction> {
  const columns = await readColumns(model, 'predictOnBatch', {
    x,
    y: null,
    sampleWeight: null,
    classWeight: null,
  });
  return model.predictor.wholeBatch(firstBatch(model, columns));
}
