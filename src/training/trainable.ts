import { Layer } from '../layers/layer.ts';
import type { Metric } from '../metrics/index.ts';
import type { Optimizer } from '../optimizers/index.ts';
import { GradusError, type Tensor } from '../tensor/index.ts';
import type { Logs } from './callbacks/callback.ts';
import type { History } from './callbacks/history.ts';
import { checkOptions } from './check-options.ts';
import { Compiled, type CompileOptions } from './compiled.ts';
import { type BatchIterable, isBatchIterable, type Samples } from './data.ts';
import { type EvaluateOptions, type Evaluation, evaluate } from './evaluate.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type FitOptions, fit } from './fit.ts';
import type { Model } from './model.ts';
import { type BatchOptions, predictOnBatch, testOnBatch, trainOnBatch } from './on-batch.ts';
import { type Prediction, type PredictOptions, Predictor, predict } from './predict.ts';
import { initialState, type TrainingState } from './training-state.ts';

/** The part of `Model` that trains, evaluates and predicts. */
export abstract class Trainable extends Layer {
  /** What the last `fit` recorded. */
  history: History | null = null;
  /** Set to true, in a callback or from outside, it ends `fit` after the step. */
  stopTraining = false;
  /** Where the training stands; saved with the model. */
  trainingState: TrainingState = initialState;

  #compiled: Compiled | null = null;
  #predictor: Predictor | null = null;

  /**
   * Says how to train: optimizer, loss, metrics.
   * @example model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
   */
  compile(options: CompileOptions = {}): this {
    checkOptions('compile', options, compileOptionNames);
    this.#compiled?.dispose();
    this.#compiled = new Compiled(this.#self, options);
    return this;
  }

  /** Whether `compile` was called. */
  get compiled(): boolean {
    return this.#compiled !== null;
  }

  /** What `compile` set up; throws before it. */
  get training(): Compiled {
    return this.compiledFor('training');
  }

  /** What `compile` set up, for an operation that needs it. */
  compiledFor(operation: string): Compiled {
    if (this.#compiled) return this.#compiled;
    throw new GradusError(
      `${operation}: the model is not compiled; call ` +
        "model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' }) first",
    );
  }

  /** The optimizer that `compile` was given. */
  get optimizer(): Optimizer {
    return this.compiledFor('optimizer').optimizer;
  }

  /** State of the optimizer; empty before the first step. */
  get optimizerVariables(): readonly Tensor[] {
    const optimizer = this.#compiled?.optimizer;
    return optimizer?.built ? optimizer.variables : [];
  }

  /** Metrics that `compile` was given, once the first batch was seen. */
  get metrics(): readonly Metric[] {
    return this.#compiled?.metrics ?? [];
  }

  /** Whether more ('max') or less ('min') of a metric is better; null where that is not known. */
  metricDirection(name: string): 'min' | 'max' | null {
    return this.#compiled?.metricDirection(name) ?? null;
  }

  abstract get outputNames(): readonly string[];

  /**
   * Trains on samples x and labels y, or on batches [x, y], for some epochs. Ends early when a callback sets `stopTraining` or
   * `signal` is aborted; what was learned stays.
   * @example const history = await model.fit(x, y, { batchSize: 32, epochs: 3, validationSplit: 0.1 });
   */
  fit(x: Samples, y: Samples, options?: FitOptions): Promise<History>;
  fit(batches: BatchIterable, options?: FitOptions): Promise<History>;
  fit(x: Samples | BatchIterable, second?: unknown, third?: FitOptions): Promise<History> {
    const { y, options } = splitArguments<FitOptions>(x, second, third);
    return fit(this.#self, x, y, options);
  }

  /**
   * Loss and metrics on samples: `[loss, ...metrics]`, the loss alone where there are no metrics, or an object by name with
   * `returnDict`.
   */
  evaluate(
    x: Samples,
    y: Samples,
    options: EvaluateOptions & { readonly returnDict: true },
  ): Promise<Logs>;
  evaluate(x: Samples, y: Samples, options?: EvaluateOptions): Promise<number[]>;
  evaluate(
    batches: BatchIterable,
    options: EvaluateOptions & { readonly returnDict: true },
  ): Promise<Logs>;
  evaluate(batches: BatchIterable, options?: EvaluateOptions): Promise<number[]>;
  evaluate(
    x: Samples | BatchIterable,
    second?: unknown,
    third?: EvaluateOptions,
  ): Promise<Evaluation> {
    const { y, options } = splitArguments<EvaluateOptions>(x, second, third);
    return evaluate(this.#self, x, y, options);
  }

  /**
   * Outputs for samples: one tensor. For a model with several outputs name their type: `predict<Tensor[]>(x)`, or an object as
   * the model was given them.
   */
  predict<P extends Prediction = Tensor>(
    x: Samples | BatchIterable,
    options: PredictOptions = {},
  ): Promise<P> {
    return predict(this.#self, x, options) as Promise<P>;
  }

  /** One step of training; gives loss and metrics of the batch. */
  trainOnBatch(
    x: Samples,
    y: Samples,
    options: BatchOptions & { readonly returnDict: true },
  ): Promise<Logs>;
  trainOnBatch(x: Samples, y: Samples, options?: BatchOptions): Promise<number[]>;
  trainOnBatch(x: Samples, y: Samples, options: BatchOptions = {}): Promise<Evaluation> {
    return trainOnBatch(this.#self, x, y, options);
  }

  /** Loss and metrics of a batch. */
  testOnBatch(
    x: Samples,
    y: Samples,
    options: BatchOptions & { readonly returnDict: true },
  ): Promise<Logs>;
  testOnBatch(x: Samples, y: Samples, options?: BatchOptions): Promise<number[]>;
  testOnBatch(x: Samples, y: Samples, options: BatchOptions = {}): Promise<Evaluation> {
    return testOnBatch(this.#self, x, y, options);
  }

  /** Outputs for one batch. */
  predictOnBatch<P extends Prediction = Tensor>(x: Samples): Promise<P> {
    return predictOnBatch(this.#self, x) as Promise<P>;
  }

  /** Starts counting loss and metrics anew. */
  resetMetrics(): void {
    this.#compiled?.resetMetrics();
  }

  /** The planned computation of predictions. */
  get predictor(): Predictor {
    this.#predictor ??= new Predictor(this.#self);
    return this.#predictor;
  }

  /** Changes when plans of the model no longer hold. */
  fingerprint(): string {
    return fingerprintOf(this.#self);
  }

  /** Whether `compile` asked for steps without plans. */
  get runsEagerly(): boolean {
    return this.#compiled?.options.runEagerly ?? false;
  }

  /** All layers, those inside others included. */
  flattenLayers(): Layer[] {
    const found = new Set<Layer>();
    const visit = (layer: Layer): void => {
      if (found.has(layer)) return;
      found.add(layer);
      for (const part of layer.sublayers()) visit(part);
    };
    for (const layer of this.sublayers()) visit(layer);
    return [...found];
  }

  get #self(): Model {
    return this as unknown as Model;
  }
}

const compileOptionNames = [
  'optimizer',
  'loss',
  'lossWeights',
  'metrics',
  'weightedMetrics',
  'runEagerly',
] as const satisfies readonly (keyof CompileOptions)[];

/** `(x, y, options)` for arrays, `(batches, options)` for batches. */
function splitArguments<O extends object>(
  x: unknown,
  second: unknown,
  third: O | undefined,
): { y: Samples | null; options: O } {
  if (third !== undefined || !isBatchIterable(x)) {
    return { y: (second ?? null) as Samples | null, options: third ?? ({} as O) };
  }
  return { y: null, options: (second ?? {}) as O };
}
