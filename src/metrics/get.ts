import {
  badOption,
  customObject,
  isSerialized,
  Registry,
  type Serialized,
  spelling,
} from '../config/index.ts';
import * as losses from '../losses/index.ts';
import { asTensor, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import * as metrics from './index.ts';
import { MeanMetric } from './mean.ts';
import { Metric } from './metric.ts';

/** What `compile` takes for a metric: a name, a metric, a function of labels and predictions, the form of a file. */
export type MetricLike = string | Metric | ((yTrue: Tensor, yPred: Tensor) => Tensor) | Serialized;

const registry = new Registry<Metric>('metric', () => metrics, {
  acc: 'accuracy',
  mse: 'meansquarederror',
  mae: 'meanabsoluteerror',
  mape: 'meanabsolutepercentageerror',
  msle: 'meansquaredlogarithmicerror',
  rmse: 'rootmeansquarederror',
  bce: 'binarycrossentropy',
  kld: 'kldivergence',
  logcosh: 'logcosherror',
});

/** A metric made of a function in user code: its mean over all samples. */
class CustomMetric extends MeanMetric {
  readonly f: (yTrue: Tensor, yPred: Tensor) => Tensor;

  constructor(f: (yTrue: Tensor, yPred: Tensor) => Tensor) {
    super({ name: f.name || 'metric' });
    this.f = f;
  }

  override get className(): string {
    return this.name;
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight: TensorLike | null = null,
  ): void {
    const values = this.f(asTensor(this.name, yTrue), asTensor(this.name, yPred));
    this.addValues(values, sampleWeight);
  }
}

/** The name of a function of this folder or of the losses. */
function nameOfFunction(f: unknown): string | undefined {
  for (const [name, value] of [...Object.entries(metrics), ...Object.entries(losses)]) {
    if (value === f && registry.find(name)) return spelling(name);
  }
  return undefined;
}

/** A metric from its name (`'accuracy'`, `'mse'`), a function, its form in a file, or itself. */
export function getMetric(identifier: MetricLike, where = 'metric'): Metric {
  if (typeof identifier === 'string') {
    const custom = customObject(identifier);
    if (typeof custom === 'function' && !(custom.prototype instanceof Metric)) {
      return new CustomMetric(custom as (yTrue: Tensor, yPred: Tensor) => Tensor);
    }
  }
  if (isSerialized(identifier) && identifier.class_name === 'function') {
    return getMetric(String(identifier.config), where);
  }
  if (typeof identifier === 'function' && !Object.hasOwn(identifier, 'className')) {
    const known = nameOfFunction(identifier);
    return known ? registry.fromName(known, where) : new CustomMetric(identifier);
  }
  if (identifier === null || identifier === undefined) {
    throw badOption(where, 'a metric', identifier);
  }
  return registry.resolve(identifier, where, (value) => value instanceof Metric);
}
