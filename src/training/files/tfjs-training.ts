import { isPlainObject, isSerialized } from '../../config/index.ts';
import type { Json } from '../../formats/json.ts';

/** Optimizers that TensorFlow.js makes from a file, with the options that it keeps. */
const optimizers: Readonly<Record<string, readonly string[]>> = {
  SGD: ['learning_rate'],
  Adam: ['learning_rate', 'beta_1', 'beta_2', 'epsilon'],
  Adamax: ['learning_rate', 'beta_1', 'beta_2', 'epsilon'],
  Adadelta: ['learning_rate', 'rho', 'epsilon'],
  Adagrad: ['learning_rate', 'initial_accumulator_value'],
};

const losses = [
  ...['mean_squared_error', 'mean_absolute_error', 'mean_absolute_percentage_error'],
  ...['mean_squared_logarithmic_error', 'squared_hinge', 'hinge', 'categorical_hinge', 'logcosh'],
  ...['categorical_crossentropy', 'sparse_categorical_crossentropy', 'binary_crossentropy'],
  ...['kullback_leibler_divergence', 'poisson', 'cosine_proximity'],
];

const metrics = [
  ...['accuracy', 'acc', 'binary_accuracy', 'categorical_accuracy', 'precision', 'mse', 'mae'],
  ...['mape', 'cosine', 'categorical_crossentropy', 'sparse_categorical_accuracy'],
  ...['mean_squared_error', 'mean_absolute_error'],
];

const snake = (name: string): string => name.replace(/([a-z0-9])(?=[A-Z])/g, '$1_').toLowerCase();

/** Names as TensorFlow.js knows them, in whatever lists and objects; undefined where there is one that it does not know. */
function known(value: unknown, names: readonly string[]): Json | undefined {
  if (typeof value === 'string') return names.find((name) => name === snake(value));
  const parts = Array.isArray(value) ? value : isPlainObject(value) ? Object.values(value) : null;
  if (!parts || isSerialized(value)) return undefined;
  const written = parts.map((part) => known(part, names));
  if (written.includes(undefined)) return undefined;
  if (Array.isArray(value)) return written as Json[];
  const entries = Object.keys(value as object).map((name, i) => [name, written[i]]);
  return Object.fromEntries(entries) as { [key: string]: Json };
}

/**
 * What `compile` was told, for TensorFlow.js; null where it has no such optimizer, loss or metric and would not open the model.
 */
export function toTfjsTraining(config: Readonly<Record<string, unknown>>): Json {
  const { optimizer, loss, metrics: measured, loss_weights: weights } = config;
  if (weights !== null || config.weighted_metrics !== null || !isSerialized(optimizer)) return null;
  const { class_name: className, config: options } = optimizer;
  if (!Object.hasOwn(optimizers, className) || options.momentum || options.amsgrad) return null;
  const kept = optimizers[className].map((key) => [key, options[key]] as const);
  if (kept.some(([, value]) => typeof value !== 'number')) return null;
  const [lossNames, metricNames] = [known(loss, losses), known(measured ?? [], metrics)];
  if (lossNames === undefined || metricNames === undefined) return null;
  return {
    loss: lossNames,
    metrics: metricNames,
    optimizer_config: { class_name: className, config: Object.fromEntries(kept) as Json },
  };
}
