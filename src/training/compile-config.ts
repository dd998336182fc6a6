import {
  Configurable,
  customObject,
  instanceName,
  isPlainObject,
  isSerialized,
  type Serialized,
  serialize,
} from '../config/index.ts';
import { getLoss, type LossLike } from '../losses/index.ts';
import { getMetric, type MetricLike } from '../metrics/index.ts';
import { FormatError } from '../tensor/index.ts';
import type { CompileOptions } from './compiled.ts';
import type { Model } from './model.ts';

/** What `compile` was told, in the form of Keras' files. */
export function compileConfig(model: Model): Record<string, unknown> | null {
  if (!model.compiled) return null;
  const { options, optimizer } = model.training;
  return {
    optimizer: serialize(optimizer),
    loss: write(options.loss ?? null),
    loss_weights: options.lossWeights ?? null,
    metrics: write(options.metrics ?? null),
    weighted_metrics: write(options.weightedMetrics ?? null),
    run_eagerly: options.runEagerly ?? false,
    steps_per_execution: 1,
    jit_compile: false,
  };
}

/** Objects as files have them, in whatever lists and objects they stand; names are written as Keras has them. */
function write(value: unknown): unknown {
  if (value instanceof Configurable) return serialize(value);
  if (typeof value === 'function') return functionToFile(value.name);
  if (typeof value === 'string') return /^[a-z]+[A-Z]/.test(value) ? instanceName(value) : value;
  if (Array.isArray(value)) return value.map(write);
  if (isPlainObject(value) && !isSerialized(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, write(part)]));
  }
  return value;
}

const functionToFile = (name: string): Serialized & { readonly config: never } => ({
  module: 'builtins',
  class_name: 'function',
  config: name as never,
  registered_name: name,
});

/** Compiles a model as a file says. */
export function compileFromConfig(model: Model, config: unknown): void {
  if (!isPlainObject(config)) {
    throw new FormatError('the compile config must be an object', { received: typeof config });
  }
  const {
    optimizer,
    loss,
    loss_weights: lossWeights,
    metrics,
    weighted_metrics: weighted,
  } = config;
  const options: Record<string, unknown> = {
    optimizer: optimizer ?? undefined,
    loss: known(loss, (name) => getLoss(name as LossLike, 'compile: loss')),
    lossWeights: lossWeights ?? null,
    metrics: known(metrics, (name) => getMetric(name as MetricLike, 'compile: metrics')),
    weightedMetrics: known(weighted, (name) => getMetric(name as MetricLike, 'compile: metrics')),
    runEagerly: config.run_eagerly === true,
  };
  model.compile(options as CompileOptions);
}

/** Names that mean a loss or metric which fits the data. */
const fitted = ['accuracy', 'acc', 'crossentropy', 'ce'];

/**
 * Refuses what is unknown now, while the program's own objects are at hand, and not at the first step. Names stay names, which
 * reports use; the program's own become what they stand for.
 */
function known(value: unknown, find: (one: unknown) => unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') {
    if (fitted.includes(value)) return value;
    const found = find(value);
    return customObject(value) === undefined ? value : found;
  }
  if (isSerialized(value)) return find(value);
  if (Array.isArray(value)) return value.map((part) => known(part, find));
  if (!isPlainObject(value))
    throw new FormatError('the compile config is no such thing', { received: typeof value });
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, known(part, find)]));
}
