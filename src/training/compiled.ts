import { gradients, noGrad } from '../autograd/index.ts';
import type { Loss } from '../losses/index.ts';
import type { Metric } from '../metrics/index.ts';
import { add, tensor, withStepKey, zeros } from '../ops/index.ts';
import type { Parameter } from '../ops/parameter.ts';
import { getOptimizer, type Optimizer, type OptimizerLike } from '../optimizers/index.ts';
import { keep, runInScope, Scope, type Shape, type Tensor, ValueError } from '../tensor/index.ts';
import type { Batch } from './batches.ts';
import type { Logs } from './callbacks/callback.ts';
import { checkNames } from './check-names.ts';
import { CompiledLoss, type LossesLike, type LossWeights } from './compiled-loss.ts';
import { CompiledMetrics, type MetricsLike } from './compiled-metrics.ts';
import { forward, outputShapes } from './forward.ts';
import type { Model } from './model.ts';
import { readScalars } from './read-scalars.ts';
import type { StepResults } from './repeated-step.ts';
import { RunningMean } from './running-mean.ts';
import { type StepInputs, StepSet } from './step-set.ts';

/** What `compile` takes. */
export interface CompileOptions {
  /** `'rmsprop'` by default, as in Keras. */
  readonly optimizer?: OptimizerLike;
  readonly loss?: LossesLike | null;
  /** Factors of the outputs' losses. */
  readonly lossWeights?: LossWeights | null;
  /** Counted without sample weights. 'accuracy' picks the one that fits labels and outputs. */
  readonly metrics?: MetricsLike | null;
  /** Counted with sample weights. */
  readonly weightedMetrics?: MetricsLike | null;
  /** Runs each step as plain code instead of a recorded plan: for debugging, and layers that decide by what they compute. */
  readonly runEagerly?: boolean;
}

/** How a model is trained, and what that keeps from step to step. */
export class Compiled {
  readonly options: CompileOptions;
  readonly optimizer: Optimizer;
  readonly #model: Model;
  readonly #lossMean = new RunningMean('loss');
  #loss: CompiledLoss | null = null;
  #metrics: CompiledMetrics | null = null;
  #train: StepSet | null = null;
  #test: StepSet | null = null;
  #fingerprint = '';
  readonly #outputShapes = new Map<string, readonly Shape[]>();
  /** State of metrics that a file held, until the metrics exist. */
  #pending: ReadonlyMap<string, Tensor> | null = null;

  constructor(model: Model, options: CompileOptions) {
    this.#model = model;
    this.options = options;
    checkNames(options);
    this.optimizer = getOptimizer(options.optimizer ?? 'rmsprop', 'compile: optimizer');
  }

  /** Makes weights, metrics and optimizer state that do not exist yet, and forgets plans for a model that has changed. */
  prepare(batch: Batch): void {
    const model = this.#model;
    if (!this.#metrics) {
      const labels = batch.y.map(({ shape }) => shape);
      this.#build(labels, this.outputShapes(batch));
    }
    const fingerprint = model.fingerprint();
    if (fingerprint === this.#fingerprint) return;
    this.#dispose();
    this.#fingerprint = fingerprint;
    this.optimizer.build(model.trainableWeights);
  }

  /** Shapes of the model's outputs for a batch. */
  outputShapes(batch: Batch): readonly Shape[] {
    const key = batch.x.map(({ shape }) => shape.join()).join(';');
    let shapes = this.#outputShapes.get(key);
    if (!shapes) {
      shapes = outputShapes(this.#model, batch);
      this.#outputShapes.set(key, shapes);
    }
    return shapes;
  }

  #build(labels: readonly Shape[], predictions: readonly Shape[]): void {
    const {
      loss = null,
      lossWeights = null,
      metrics = null,
      weightedMetrics = null,
    } = this.options;
    const names = this.#model.outputNames;
    if (loss !== null) this.#loss = new CompiledLoss(loss, lossWeights, names, labels, predictions);
    const compiled = new CompiledMetrics(metrics, weightedMetrics, names, labels, predictions);
    if (compiled.parts.length) makeMetricState(compiled, labels, predictions);
    this.#metrics = compiled;
    const { variables } = this;
    for (const [name, value] of this.#pending ?? []) variables.get(name)?.assign(value);
    this.#pending = null;
  }

  /** Loss of each output, once the first batch was seen. */
  get losses(): readonly {
    readonly loss: Loss;
    readonly output: number;
    readonly label: number;
  }[] {
    return this.#loss?.losses ?? [];
  }

  get metrics(): readonly Metric[] {
    return this.#metrics?.parts.map(({ metric }) => metric) ?? [];
  }

  metricDirection(name: string): 'min' | 'max' | null {
    return this.#metrics?.direction(name) ?? null;
  }

  /** One step of training on a batch. */
  train(batch: Batch, key: Int32Array): void {
    this.#train ??= new StepSet((inputs) => this.#trainStep(inputs), this.#eager);
    this.#train.run(batch, key, this.optimizer.prepareStep());
  }

  /** Counts loss and metrics on a batch. */
  test(batch: Batch, key: Int32Array): void {
    this.#test ??= new StepSet((inputs) => this.#testStep(inputs), this.#eager);
    this.#test.run(batch, key);
  }

  get #eager(): { eager: boolean } {
    return { eager: this.options.runEagerly ?? false };
  }

  #trainStep(inputs: StepInputs): StepResults {
    const variables = this.#model.trainableWeights;
    withStepKey(inputs.key, () => {
      const { loss, predictions } = this.#lossOf(inputs, true);
      const found = gradients([this.optimizer.scaleLoss(loss)], variables, { allowUnused: true });
      noGrad(() => {
        this.optimizer.applyGradients(found, variables);
        this.#count(inputs, loss, predictions);
      });
    });
    return [];
  }

  #testStep(inputs: StepInputs): StepResults {
    noGrad(() =>
      withStepKey(inputs.key, () => {
        const { loss, predictions } = this.#lossOf(inputs, false);
        this.#count(inputs, loss, predictions);
      }),
    );
    return [];
  }

  #lossOf(
    { x, y, weights }: StepInputs,
    training: boolean,
  ): { loss: Tensor; predictions: readonly Tensor[] } {
    const predictions = forward(this.#model, x, training);
    const own = this.#loss ? [this.#loss.compute(y, predictions, weights)] : [];
    const terms = [...own, ...this.#model.losses];
    if (training && terms.length === 0) {
      throw new ValueError(
        'fit: there is nothing to minimise; give compile a loss, or let a layer call addLoss',
      );
    }
    return { loss: terms.length ? terms.reduce((a, b) => add(a, b)) : zeros([]), predictions };
  }

  #count({ y, weights, size }: StepInputs, loss: Tensor, predictions: readonly Tensor[]): void {
    this.#lossMean.add(loss.detach(), size);
    this.#metrics?.update(y, predictions, weights);
  }

  resetMetrics(): void {
    const scope = new Scope();
    runInScope(scope, () => {
      for (const mean of this.#means) mean.reset();
      this.#metrics?.reset();
    });
    scope.end();
  }

  /** Means of the loss and of the outputs' losses. */
  get #means(): readonly RunningMean[] {
    return [this.#lossMean, ...(this.#loss?.means ?? [])];
  }

  /** Loss and metrics since the last reset, by name, in Keras' order. */
  logs(): Logs | Promise<Logs> {
    const scope = new Scope();
    const means = this.#means;
    const parts = this.#metrics?.parts ?? [];
    const results = runInScope(scope, () =>
      noGrad(() => parts.map(({ metric }) => metric.result().mean())),
    );
    const values = [...means.flatMap(({ variables }) => variables), ...results];
    const finish = (numbers: readonly number[]): Logs => {
      scope.end();
      const logs: [string, number][] = means.map(({ name }, i) => {
        const [total, count] = numbers.slice(2 * i, 2 * i + 2);
        return [name, count ? Math.fround(total / count) : 0];
      });
      parts.forEach(({ name }, i) => {
        logs.push([name, numbers[2 * means.length + i]]);
      });
      return Object.fromEntries(logs.sort(([a], [b]) => (a < b ? -1 : 1)));
    };
    return readScalars(values, finish);
  }

  /** Names of the logs in the order of what `evaluate` returns: the loss, losses of the outputs, metrics. */
  get logNames(): string[] {
    const means = this.#means.map(({ name }) => name);
    const metrics = this.#metrics?.parts.map(({ name }) => name) ?? [];
    return [...means, ...(this.#model.outputNames.length > 1 ? metrics.toSorted() : metrics)];
  }

  /** What the running means and metrics hold, by name. */
  get variables(): ReadonlyMap<string, Parameter> {
    return new Map([
      ...this.#means.flatMap(({ variables }) =>
        variables.map((variable) => [variable.path, variable] as const),
      ),
      ...(this.#metrics?.parts ?? []).flatMap(({ name, metric }) =>
        metric.variables.map((variable, i) => [`${name}/${i}`, variable] as const),
      ),
    ]);
  }

  /** Copies of `variables`. */
  copyVariables(): ReadonlyMap<string, Tensor> {
    return new Map([...this.variables].map(([name, value]) => [name, keep(tensor(value))]));
  }

  /** Takes values of `variables`, now or when they exist. */
  setVariables(values: ReadonlyMap<string, Tensor>): void {
    if (!this.#metrics) {
      this.#pending = values;
      return;
    }
    const { variables } = this;
    for (const [name, value] of values) variables.get(name)?.assign(value);
  }

  /** Forgets the plans; the next steps make new ones. */
  dispose(): void {
    this.#dispose();
    this.#fingerprint = '';
  }

  #dispose(): void {
    this.#train?.dispose();
    this.#test?.dispose();
    this.#train = this.#test = null;
    this.#outputShapes.clear();
  }
}

/** Metrics make their state at the first update: one on zeros makes it before a step is recorded. */
function makeMetricState(
  metrics: CompiledMetrics,
  labels: readonly Shape[],
  predictions: readonly Shape[],
): void {
  const scope = new Scope();
  runInScope(scope, () =>
    noGrad(() =>
      metrics.update(
        labels.map((shape) => zeros(shape)),
        predictions.map((shape) => zeros(shape)),
        [],
      ),
    ),
  );
  scope.end();
  metrics.reset();
}
