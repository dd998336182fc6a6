import { noGrad } from '../autograd/index.ts';
import { allocate, getBackend } from '../backends/registry.ts';
import { contiguous, copy, withStepKey } from '../ops/index.ts';
import { streamKey } from '../ops/random/state.ts';
import {
  allocateArray,
  type DType,
  dtypes,
  type Shape,
  sizeOf,
  Tensor,
  type TypedArray,
  ValueError,
} from '../tensor/index.ts';
import type { Batch, BatchSource } from './batches.ts';
import type { Callback } from './callbacks/callback.ts';
import { CallbackList } from './callbacks/callback-list.ts';
import { ProgbarLogger } from './callbacks/progbar-logger.ts';
import { checkCount, checkOptions } from './check-options.ts';
import { type BatchIterable, isBatchIterable, type Samples } from './data.ts';
import { TurnTimer } from './event-loop.ts';
import { forward } from './forward.ts';
import type { Model } from './model.ts';
import type { OneOrMany } from './named.ts';
import { getOutput } from './output.ts';
import { resolveVerbosity, type Verbose } from './progress-bar.ts';
import type { StepResults } from './repeated-step.ts';
import { arraySource, iterableSource, readColumns } from './sources.ts';
import { StepSet } from './step-set.ts';

/** What `predict` takes besides the data. */
export interface PredictOptions {
  /** Samples of a step; 32 by default. */
  readonly batchSize?: number | null;
  readonly verbose?: Verbose;
  readonly steps?: number | null;
  readonly callbacks?: readonly Callback[] | Callback;
  readonly signal?: AbortSignal | null;
}

const optionNames = [
  'batchSize',
  'verbose',
  'steps',
  'callbacks',
  'signal',
] as const satisfies readonly (keyof PredictOptions)[];

/** What a model predicts: a tensor, or one for each of several outputs as the model has them. */
export type Prediction = OneOrMany<Tensor>;

/** Computes a model's outputs for data; see `Model.predict`. */
export async function predict(
  model: Model,
  x: Samples | BatchIterable,
  options: PredictOptions,
): Promise<Prediction> {
  checkOptions('predict', options, optionNames);
  checkCount('predict: batchSize', options.batchSize, 1);
  checkCount('predict: steps', options.steps, 1);
  const { steps = null, signal } = options;
  const source = isBatchIterable(x)
    ? iterableSource(model, 'predict', x, steps, null, null)
    : await arraysToPredict(model, x, options);
  const verbose = resolveVerbosity(options.verbose ?? 'auto', getOutput());
  const given = [options.callbacks ?? []].flat();
  const params = { verbose, epochs: 1, steps: source.steps };
  const callbacks = new CallbackList(
    verbose ? [...given, new ProgbarLogger()] : given,
    model,
    params,
  );
  const timer = new TurnTimer();
  await callbacks.call('onPredictBegin');
  const collected: RowCollector[] = [];
  let step = 0;
  for await (const batch of source.batches(0, 0)) {
    await callbacks.call('onPredictBatchBegin', step);
    const outputs = model.predictor.run(batch);
    for (const [i, output] of outputs.entries()) {
      collected[i] ??= new RowCollector(output, (source.steps ?? 1) * batch.size);
      await collected[i].add(output);
    }
    await callbacks.call('onPredictBatchEnd', step);
    step++;
    await timer.pause();
    if (signal?.aborted) throw signal.reason;
  }
  if (step === 0)
    throw new ValueError('predict: the data gave no batch; there is nothing to predict');
  await callbacks.call('onPredictEnd');
  return model.packOutputs(collected.map((rows) => rows.tensor()));
}

async function arraysToPredict(
  model: Model,
  x: Samples,
  { batchSize, steps = null }: PredictOptions,
): Promise<BatchSource> {
  const columns = await readColumns(model, 'predict', {
    x,
    y: null,
    sampleWeight: null,
    classWeight: null,
  });
  return arraySource(model, columns, batchSize ?? 32, steps, null);
}

/** The planned computation of a model's outputs. */
export class Predictor {
  readonly #model: Model;
  #steps: StepSet | null = null;
  #fingerprint = '';

  constructor(model: Model) {
    this.#model = model;
  }

  /** Outputs for a batch, which hold until the next. */
  run(batch: Batch): StepResults {
    const fingerprint = this.#model.fingerprint();
    if (fingerprint !== this.#fingerprint) this.dispose();
    this.#steps ??= new StepSet(
      ({ x, key }) =>
        noGrad(() => withStepKey(key, () => forward(this.#model, x, false).map((y) => ownRows(y)))),
      { eager: this.#model.runsEagerly },
    );
    const results = this.#steps.run(batch, streamKey(this.#model.trainingState.seed ?? 0, 0));
    this.#fingerprint = this.#model.fingerprint();
    return results;
  }

  /** Outputs for a batch, to keep. */
  async wholeBatch(batch: Batch): Promise<Prediction> {
    const outputs: Tensor[] = [];
    for (const output of this.run(batch)) {
      const rows = new RowCollector(output, output.shape[0]);
      await rows.add(output);
      outputs.push(rows.tensor());
    }
    return this.#model.packOutputs(outputs);
  }

  dispose(): void {
    this.#steps?.dispose();
    this.#steps = null;
  }
}

/** An output in row-major memory of its own, so that a layer that returns its input does not give the batch away. */
const ownRows = (y: Tensor): Tensor => copy(contiguous(y));

/** Puts the rows of one batch behind those of another. */
class RowCollector {
  readonly #dtype: DType;
  readonly #rowShape: Shape;
  #data: TypedArray;
  #rows = 0;

  constructor({ dtype, shape }: Tensor, expectedRows: number) {
    this.#dtype = dtype;
    this.#rowShape = shape.slice(1);
    this.#data = allocateArray(dtype, expectedRows * sizeOf(this.#rowShape));
  }

  async add(rows: Tensor): Promise<void> {
    const { storage } = rows;
    const source = getBackend().synchronous ? storage.array : await storage.read();
    const slots = dtypes[this.#dtype].slots;
    const rowSize = sizeOf(this.#rowShape) * slots;
    const count = rows.shape[0];
    if ((this.#rows + count) * rowSize > this.#data.length) {
      const larger = allocateArray(this.#dtype, (2 * this.#rows + count) * sizeOf(this.#rowShape));
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data.set(source.subarray(0, count * rowSize), this.#rows * rowSize);
    this.#rows += count;
  }

  tensor(): Tensor {
    const shape = [this.#rows, ...this.#rowShape];
    const size = sizeOf(shape);
    const data = this.#data.subarray(0, size * dtypes[this.#dtype].slots);
    return new Tensor(allocate(this.#dtype, size, data), shape);
  }
}
