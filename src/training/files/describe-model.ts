import { isSerialized } from '../../config/index.ts';
import { isJsonObject, type Json } from '../../formats/json.ts';

/** A layer as its file describes it. */
export interface LayerDescription {
  readonly name: string;
  readonly class: string;
  /** What makes it different from others of its class. */
  readonly options: Readonly<Record<string, Json>>;
  /** Layers of a model inside a model. */
  readonly layers?: readonly LayerDescription[];
}

/** How a model was trained, as its file describes it. */
export interface TrainingDescription {
  readonly optimizer: string | null;
  readonly learningRate: number | null;
  readonly loss: Json;
  readonly metrics: Json;
}

/** Options that are worth a word. */
const telling = [
  ...['batch_shape', 'batch_input_shape', 'input_dim', 'output_dim', 'units', 'filters'],
  ...['kernel_size', 'pool_size', 'strides', 'padding', 'dilation_rate', 'groups', 'rate', 'size'],
  ...['activation', 'axis', 'target_shape', 'num_heads', 'key_dim', 'return_sequences'],
];
/** Values that say nothing. */
const usual = ['null', '"linear"', '"valid"', '[1,1]', '[1]', '1', '-1', 'false'];

/** Layers and training of a model from its JSON; nothing is built, so layers that nobody knows are listed, too. */
export function describeModel(
  model: Json,
  training: Json,
): {
  model?: { name: string; class: string; layers: readonly LayerDescription[] };
  training?: TrainingDescription;
} {
  const described = isSerialized(model) ? describeLayer(model) : null;
  return {
    ...(described && {
      model: { name: described.name, class: described.class, layers: described.layers ?? [] },
    }),
    ...(isJsonObject(training) && { training: describeTraining(training) }),
  };
}

function describeLayer(file: { class_name: string; config: unknown }): LayerDescription {
  const { class_name: className, config } = file;
  const options = isJsonObject(config as Json) ? (config as { [key: string]: Json }) : {};
  // Keras 1 has a list of layers in place of a Sequential model's config.
  const parts = Array.isArray(config) ? config : options.layers;
  const told = telling
    .filter((key) => key in options && !usual.includes(JSON.stringify(options[key])))
    .map((key) => [key, shortValue(options[key])] as const);
  return {
    name: typeof options.name === 'string' ? options.name : className,
    class: className,
    options: Object.fromEntries(told),
    ...(Array.isArray(parts) && { layers: parts.filter(isSerialized).map(describeLayer) }),
  };
}

/** The name of an object, or the value itself. */
function shortValue(value: Json): Json {
  if (!isSerialized(value)) return value;
  const { config, class_name: className } = value as { config: unknown; class_name: string };
  return typeof config === 'string' ? config : className;
}

function describeTraining(config: { [key: string]: Json }): TrainingDescription {
  // .keras files say `optimizer`, older ones `optimizer_config`.
  const optimizer = config.optimizer ?? config.optimizer_config ?? null;
  const options = isSerialized(optimizer) ? (optimizer.config as { [key: string]: Json }) : {};
  const rate = options.learning_rate ?? options.lr;
  return {
    optimizer: isSerialized(optimizer)
      ? optimizer.class_name
      : typeof optimizer === 'string'
        ? optimizer
        : null,
    learningRate: typeof rate === 'number' ? rate : null,
    loss: shortValues(config.loss ?? null),
    metrics: shortValues(config.metrics ?? null),
  };
}

function shortValues(value: Json): Json {
  if (Array.isArray(value)) return value.map(shortValues);
  if (isSerialized(value)) return shortValue(value);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shortValues(part)]));
}
