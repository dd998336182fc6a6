// The form that Keras 3 itself gives to configs in .h5 files: layers without the modules of their classes.
import { isPlainObject, isSerialized, type Serialized } from '../../config/index.ts';
import { innerName } from './keras-classes.ts';

/** A layer or model as .h5 files have it. */
export function oldLayer(file: Serialized): { [key: string]: unknown } {
  const {
    module: _,
    registered_name: __,
    build_config: ___,
    class_name: name,
    config,
    ...rest
  } = file;
  return { class_name: innerName(name), config: oldConfig(name, config), ...rest };
}

function oldConfig(
  className: string,
  config: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (className !== 'Attention' || config.score_mode !== 'dot') return oldModel(config);
  // Keras takes the word for its function of that name, and fails; it is what the layer does anyway.
  const { score_mode: _, ...rest } = config;
  return rest;
}

/** The layers of a model inside. */
function oldModel(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { layers } = config;
  if (!Array.isArray(layers)) return config;
  return {
    ...config,
    layers: layers.map((layer) => (isSerialized(layer) ? oldLayer(layer) : layer)),
  };
}

/** Short names that Keras cannot read from an .h5 file. */
const longNames: Readonly<Record<string, string>> = {
  mse: 'mean_squared_error',
  mae: 'mean_absolute_error',
  mape: 'mean_absolute_percentage_error',
  msle: 'mean_squared_logarithmic_error',
  bce: 'binary_crossentropy',
  kld: 'kl_divergence',
  cosine: 'cosine_similarity',
};

/** What `compile` was told, as .h5 files have it. */
export function oldTraining(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { optimizer, ...rest } = config;
  const { class_name, config: options } = optimizer as Serialized;
  return {
    ...rest,
    loss: withLongNames(config.loss),
    metrics: withLongNames(config.metrics),
    weighted_metrics: withLongNames(config.weighted_metrics),
    optimizer_config: { class_name, config: options },
  };
}

function withLongNames(value: unknown): unknown {
  if (typeof value === 'string') {
    const name = value.toLowerCase();
    return Object.hasOwn(longNames, name) ? longNames[name] : value;
  }
  if (Array.isArray(value)) return value.map(withLongNames);
  if (!isPlainObject(value) || isSerialized(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withLongNames(part)]));
}
