import { concat } from '../../ops/index.ts';
import { formatShape, GradusError, keep, sameShape, ValueError } from '../../tensor/index.ts';
import { warn } from '../../training/output.ts';
import { DataLoader } from '../io/index.ts';
import { listOf } from '../list-of.ts';
import { load } from '../load.ts';
import { Metric } from '../metric/metric.ts';
import { Layer } from '../nn/layer.ts';
import { Optimizer, type OptimizerState } from '../optimizer/optimizer.ts';
import type { Parameter } from '../parameter.ts';
import { save } from '../save.ts';
import { Tensor, wrap } from '../tensor.ts';
import {
  type Callback,
  EarlyStopping,
  type Logs,
  LRScheduler,
  ModelCheckpoint,
  ProgBarLogger,
} from './callbacks.ts';
import { computedOf, type LossLike, lossesOf, PlannedSteps } from './planned-steps.ts';
import { type InputSize, type Summary, summary } from './summary.ts';

/** Samples by place, or batches. */
// biome-ignore lint/suspicious/noExplicitAny: data sets of any samples
type Data = any;

/** What `prepare` takes. */
export interface PrepareOptions {
  readonly optimizer?: Optimizer | null;
  readonly loss?: LossLike | null;
  readonly metrics?: Metric | readonly Metric[] | null;
}

/** What `fit` takes besides the data. */
export interface ModelFitOptions {
  /** Evaluated after epochs. */
  readonly evalData?: Data;
  /** Samples of a batch, or of one for training and one for evaluation; 1 by default. */
  readonly batchSize?: number | readonly [number, number];
  readonly epochs?: number;
  /** Evaluates after every so many epochs. */
  readonly evalFreq?: number;
  readonly logFreq?: number;
  /** Where the model is saved after epochs. */
  readonly saveDir?: string | null;
  readonly saveFreq?: number;
  /** 0: silent, 1: a line an epoch, 2 (the default): a line every `logFreq` steps too. */
  readonly verbose?: 0 | 1 | 2;
  readonly dropLast?: boolean;
  readonly shuffle?: boolean;
  readonly numWorkers?: number;
  readonly callbacks?: Callback | readonly Callback[] | null;
  /** Batches whose gradients are added up for one step. */
  readonly accumulateGradBatches?: number;
  /** Ends the training after so many steps. */
  readonly numIters?: number | null;
}

/** What `evaluate` takes besides the data. */
export type ModelEvaluateOptions = Pick<
  ModelFitOptions,
  'logFreq' | 'verbose' | 'numWorkers' | 'callbacks' | 'numIters'
> & { readonly batchSize?: number };

/** What `predict` takes besides the data. */
export type ModelPredictOptions = Pick<ModelFitOptions, 'verbose' | 'numWorkers' | 'callbacks'> & {
  readonly batchSize?: number;
  /** Whether the batches of each output are joined. */
  readonly stackOutputs?: boolean;
};

type Mode = 'train' | 'eval' | 'predict';

/**
 * A network with what trains it. Steps run as recorded plans, so that a training is as fast as the Keras door's `fit`.
 * @example
 * const model = new paddle.Model(network);
 * model.prepare({ optimizer, loss: new nn.CrossEntropyLoss(), metrics: new paddle.metric.Accuracy() });
 * await model.fit(trainData, { evalData, epochs: 2, batchSize: 64 });
 */
export class Model {
  readonly network: Layer;
  /** Set to true, in a callback, it ends `fit` after the epoch. */
  stopTraining = false;
  optimizer: Optimizer | null = null;
  #loss: LossLike | null = null;
  #metrics: readonly Metric[] = [];
  #steps: PlannedSteps | null = null;
  readonly #inputs: number;
  #iterationsLeft: number | null = null;

  /** `inputs` and `labels` are the specifications of each; by default the first argument of `forward` is the input. */
  constructor(network: Layer, inputs?: unknown, _labels?: unknown) {
    if (!(network instanceof Layer)) throw new ValueError('Model: network must be a Layer');
    this.network = network;
    this.#inputs = inputs ? listOf(inputs).length : Math.max(1, network.forward.length);
  }

  /** Says how to train: `prepare(optimizer, loss, metrics)`, or an object with them. */
  prepare(
    optimizer: Optimizer | PrepareOptions | null = null,
    loss: LossLike | null = null,
    metrics: Metric | readonly Metric[] | null = null,
  ): void {
    const given: PrepareOptions =
      optimizer instanceof Optimizer || optimizer === null
        ? { optimizer, loss, metrics }
        : optimizer;
    const list = listOf(given.metrics);
    if (!list.every((metric) => metric instanceof Metric)) {
      throw new ValueError('prepare: metrics must be of paddle.metric');
    }
    if (given.loss && typeof given.loss !== 'function' && !(given.loss instanceof Layer)) {
      throw new ValueError('prepare: loss must be a layer or a function of outputs and labels');
    }
    this.#steps?.dispose();
    this.#steps = null;
    this.optimizer = given.optimizer ?? null;
    this.#loss = given.loss ?? null;
    this.#metrics = list;
  }

  get #planned(): PlannedSteps {
    this.#steps ??= new PlannedSteps({
      network: this.network,
      optimizer: this.optimizer,
      loss: this.#loss,
      metrics: this.#metrics,
    });
    return this.#steps;
  }

  /** The parameters of the network. */
  parameters(): Parameter[] {
    return this.network.parameters();
  }

  /** Trains on a batch: the losses, and what metrics found where there are some. With `update` false gradients add up. */
  trainBatch(
    inputs: Tensor | readonly Tensor[],
    labels: Tensor | readonly Tensor[] = [],
    update = true,
  ): number[] | [losses: number[], metrics: (number | number[])[]] {
    const { optimizer } = this;
    if (!optimizer || !this.#loss) {
      throw new GradusError(
        'trainBatch: the model is not ready; call prepare({ optimizer, loss }) first',
      );
    }
    this.network.train();
    const adding = !update || this.#hasGradients();
    const found = adding
      ? this.#trainEagerly(listOf(inputs), listOf(labels), update)
      : this.#planned.train(listOf(inputs), listOf(labels));
    return this.#count(found);
  }

  #hasGradients(): boolean {
    return this.parameters().some(({ tensor }) => tensor.grad !== null);
  }

  /** A step whose gradients stay on the parameters until they are applied. */
  #trainEagerly(inputs: readonly Tensor[], labels: readonly Tensor[], update: boolean) {
    const outputs = listOf<Tensor>(this.network.call(...inputs));
    const losses = lossesOf(this.#loss as LossLike, outputs, labels);
    const total = losses.map(({ tensor }) => tensor).reduce((sum, next) => sum.add(next));
    total.backward();
    const computed = computedOf(this.#metrics, outputs, labels);
    const values = losses.map((one) => Number(one.item()));
    if (update) {
      this.optimizer?.step();
      this.network.clearGradients(false);
    }
    return { losses: values, computed };
  }

  /** Loss and metrics of a batch. */
  evalBatch(
    inputs: Tensor | readonly Tensor[],
    labels: Tensor | readonly Tensor[] = [],
  ): number[] | [losses: number[], metrics: (number | number[])[]] {
    this.network.eval();
    return this.#count(this.#planned.evaluate(listOf(inputs), listOf(labels)));
  }

  /** Outputs for a batch. */
  predictBatch(inputs: Tensor | readonly Tensor[]): Tensor[] {
    this.network.eval();
    const { outputs } = this.#planned.predict(listOf(inputs));
    return outputs.map(({ tensor }) => wrap(keep(tensor.copy())));
  }

  /** Counts a batch's findings. */
  #count({
    losses,
    computed,
  }: {
    readonly losses: readonly (Tensor | number)[];
    readonly computed: readonly (readonly Tensor[])[];
  }): number[] | [number[], (number | number[])[]] {
    const values = losses.map((loss) => (typeof loss === 'number' ? loss : Number(loss.item())));
    if (this.#metrics.length === 0) return values;
    const found = this.#metrics.map((metric, i) => metric.update(...computed[i]));
    return [values, found as (number | number[])[]];
  }

  get #metricNames(): string[] {
    const names = this.#metrics.flatMap((metric) => metric.name());
    return this.#loss ? ['loss', ...names] : names;
  }

  /** Trains for some epochs. Ends early when a callback sets `stopTraining`, after `numIters` steps. */
  async fit(trainData: Data, options: ModelFitOptions = {}): Promise<void> {
    const { evalData, batchSize = 1, evalFreq = 1, verbose = 2, saveDir = null } = options;
    const { dropLast = false, shuffle = true, numIters = null } = options;
    const [trainSize, evalSize] =
      typeof batchSize === 'number' ? [batchSize, batchSize] : batchSize;
    const loader = loaderOf('fit', trainData, { batchSize: trainSize, dropLast, shuffle });
    const evalLoader = evalData ? loaderOf('fit', evalData, { batchSize: evalSize }) : null;
    let steps = lengthOf(loader);
    let epochs = options.epochs ?? 1;
    this.#iterationsLeft = numIters;
    if (numIters !== null && steps !== null) {
      if (!(numIters > 0)) throw new ValueError(`fit: numIters must be > 0, received ${numIters}`);
      epochs = Math.floor(numIters / steps) + 1;
      steps = Math.min(numIters, steps);
    }
    const callbacks = this.#callbacks(listOf(options.callbacks), {
      ...options,
      verbose,
      saveDir,
      epochs,
      steps,
    });
    if (!evalLoader && callbacks.some((callback) => callback instanceof EarlyStopping)) {
      warn('EarlyStopping needs evaluation data: fit(data, { evalData })');
    }
    this.stopTraining = false;
    const accumulate = options.accumulateGradBatches ?? 1;
    let logs: Logs = {};
    for (const callback of callbacks) await callback.onTrainBegin({});
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const callback of callbacks) await callback.onEpochBegin(epoch, {});
      logs = (await this.#epoch(loader, callbacks, 'train', { accumulate })).logs;
      for (const callback of callbacks) await callback.onEpochEnd(epoch, logs);
      if (evalLoader && epoch % evalFreq === 0)
        logs = await this.#evaluation(evalLoader, callbacks);
      if (this.stopTraining) break;
    }
    for (const callback of callbacks) await callback.onTrainEnd(logs);
  }

  async #evaluation(loader: AsyncIterable<unknown>, callbacks: readonly Callback[]): Promise<Logs> {
    const begin = { steps: lengthOf(loader), metrics: this.#metricNames };
    for (const callback of callbacks) await callback.onEvalBegin(begin);
    const { logs } = await this.#epoch(loader, callbacks, 'eval');
    for (const callback of callbacks) await callback.onEvalEnd(logs);
    return logs;
  }

  /** Loss and metrics by name. */
  async evaluate(evalData: Data, options: ModelEvaluateOptions = {}): Promise<Logs> {
    const { batchSize = 1, verbose = 2, numIters = null } = options;
    const loader = loaderOf('evaluate', evalData, { batchSize });
    const callbacks = this.#callbacks(listOf(options.callbacks), { ...options, verbose });
    this.#iterationsLeft = numIters;
    const logs = await this.#evaluation(loader, callbacks);
    return Object.fromEntries(this.#metricNames.map((name) => [name, logs[name]]));
  }

  /** Outputs for samples: for each output a list with those of the batches, or one tensor with `stackOutputs`. */
  async predict(
    testData: Data,
    options: ModelPredictOptions & { readonly stackOutputs: true },
  ): Promise<Tensor[]>;
  async predict(testData: Data, options?: ModelPredictOptions): Promise<Tensor[][]>;
  async predict(testData: Data, options: ModelPredictOptions = {}): Promise<Tensor[] | Tensor[][]> {
    const { batchSize = 1, verbose = 1, stackOutputs = false } = options;
    const loader = loaderOf('predict', testData, { batchSize });
    const callbacks = this.#callbacks(listOf(options.callbacks), { ...options, verbose });
    for (const callback of callbacks) await callback.onPredictBegin({ steps: lengthOf(loader) });
    const { logs, outputs } = await this.#epoch(loader, callbacks, 'predict');
    for (const callback of callbacks) await callback.onPredictEnd(logs);
    const each = (outputs[0] ?? []).map((_, i) => outputs.map((batch) => batch[i]));
    if (!stackOutputs) return each;
    return each.map((batches) =>
      wrap(
        keep(
          concat(
            batches.map(({ tensor }) => tensor),
            0,
          ),
        ),
      ),
    );
  }

  async #epoch(
    loader: AsyncIterable<unknown> | Iterable<unknown>,
    callbacks: readonly Callback[],
    mode: Mode,
    { accumulate = 1 } = {},
  ): Promise<{ readonly logs: Logs; readonly outputs: Tensor[][] }> {
    const logs: Logs = {};
    const outputs: Tensor[][] = [];
    const steps = lengthOf(loader);
    let step = 0;
    for await (const data of loader) {
      const tensors = flatten(data);
      for (const callback of callbacks) await callback[batchEvents[mode].begin](step, {});
      const inputs = tensors.slice(0, this.#inputs);
      const labels = tensors.slice(this.#inputs);
      if (mode === 'predict') outputs.push(this.predictBatch(inputs));
      else {
        const update = (step + 1) % accumulate === 0 || step + 1 === steps;
        const found =
          mode === 'train'
            ? this.trainBatch(inputs, labels, update)
            : this.evalBatch(inputs, labels);
        const losses = this.#metrics.length > 0 ? found[0] : found;
        const values = this.#loss ? [losses] : [];
        const results = this.#metrics.flatMap((metric) => metric.accumulate());
        this.#metricNames.forEach((name, i) => {
          logs[name] = [...values, ...results][i];
        });
      }
      logs.step = step;
      logs.batch_size = tensors[0].shape[0];
      for (const callback of callbacks) await callback[batchEvents[mode].end](step, logs);
      step++;
      if (this.#iterationsLeft !== null && --this.#iterationsLeft <= 0) {
        this.stopTraining = true;
        this.#iterationsLeft = null;
        break;
      }
    }
    for (const metric of this.#metrics) metric.reset();
    return { logs, outputs };
  }

  #callbacks(
    given: readonly Callback[],
    {
      epochs = null,
      steps = null,
      logFreq = 10,
      verbose = 2,
      saveFreq = 1,
      saveDir = null,
    }: Omit<ModelFitOptions, 'epochs'> & {
      readonly epochs?: number | null;
      readonly steps?: number | null;
    },
  ): readonly Callback[] {
    const has = (Kind: { readonly prototype: Callback }): boolean =>
      given.some((callback) => Object.prototype.isPrototypeOf.call(Kind.prototype, callback));
    const list: Callback[] = [...given];
    if (verbose && !has(ProgBarLogger)) list.unshift(new ProgBarLogger({ logFreq, verbose }));
    if (!has(ModelCheckpoint)) list.push(new ModelCheckpoint(saveFreq, saveDir));
    if (!has(LRScheduler)) list.push(new LRScheduler());
    for (const callback of list) {
      if (callback instanceof EarlyStopping) callback.saveDir = saveDir;
      callback.setModel(this);
      callback.setParams({ epochs, steps, verbose, metrics: this.#metricNames });
    }
    return list;
  }

  /**
   * Writes `path.pdparams` and, of a model in training, `path.pdopt`.
   * @example await model.save('runs/lenet');
   */
  async save(path: string): Promise<void> {
    await save(this.network.stateDict(), `${path}.pdparams`);
    const state = this.optimizer?.stateDict() ?? {};
    if (Object.keys(state).length > 0) await save(state as never, `${path}.pdopt`);
  }

  /** Reads what `save` wrote. With `skipMismatch`, what is missing or has another shape is left out with a warning. */
  async load(
    path: string,
    {
      skipMismatch = false,
      resetOptimizer = false,
    }: { readonly skipMismatch?: boolean; readonly resetOptimizer?: boolean } = {},
  ): Promise<void> {
    const base = path.replace(/\.(pdparams|pdopt|pdmodel)$/, '');
    const state = (await load(`${base}.pdparams`)) as Record<string, Tensor>;
    if (!skipMismatch) {
      for (const [key, { shape }] of Object.entries(this.network.stateDict())) {
        const found = state[key];
        if (!found) throw new ValueError(`Model.load: ${base}.pdparams has no '${key}'`);
        if (!sameShape(found.shape, shape)) {
          throw new ValueError(
            `Model.load: '${key}' has shape ${formatShape(found.shape)} in ${base}.pdparams, ` +
              `the network expects ${formatShape(shape)}`,
          );
        }
      }
    }
    const [missing] = this.network.setStateDict(state);
    if (!this.optimizer || resetOptimizer || missing.length > 0) return;
    const optimizerState = await loadIfThere(`${base}.pdopt`);
    if (optimizerState) this.optimizer.setStateDict(optimizerState);
  }

  /** Prints the layers with the shapes of their outputs; gives the numbers of parameters. */
  summary(inputSize: InputSize, dtype?: string): Summary {
    return summary(this.network, inputSize, { dtype });
  }
}

async function loadIfThere(path: string): Promise<OptimizerState | null> {
  try {
    return (await load(path)) as OptimizerState;
  } catch (error) {
    if (
      (error as { code?: string }).code === 'ENOENT' ||
      /no such file|not found/i.test(String(error))
    ) {
      return null;
    }
    throw error;
  }
}

/** What callbacks are called before a batch and behind it. */
const batchEvents = {
  train: { begin: 'onTrainBatchBegin', end: 'onTrainBatchEnd' },
  eval: { begin: 'onEvalBatchBegin', end: 'onEvalBatchEnd' },
  predict: { begin: 'onPredictBatchBegin', end: 'onPredictBatchEnd' },
} as const satisfies Readonly<Record<Mode, { begin: keyof Callback; end: keyof Callback }>>;

/** A data set in batches; what is in batches stays. */
function loaderOf(
  operation: string,
  data: Data,
  options: { readonly batchSize: number; readonly dropLast?: boolean; readonly shuffle?: boolean },
): AsyncIterable<unknown> {
  if (data === null || data === undefined) throw new ValueError(`${operation}: there is no data`);
  if (data instanceof DataLoader) return data;
  if (typeof data.getItem === 'function') return new DataLoader(data, options);
  return data;
}

const lengthOf = (loader: unknown): number | null => {
  const { length } = loader as { readonly length?: number };
  return typeof length === 'number' ? length : null;
};

/** The tensors of a batch, nested or not. */
function flatten(data: unknown): Tensor[] {
  if (data instanceof Tensor) return [data];
  if (Array.isArray(data)) return data.flatMap(flatten);
  if (typeof data === 'object' && data !== null) return Object.values(data).flatMap(flatten);
  throw new ValueError('Model: batches must consist of tensors');
}
