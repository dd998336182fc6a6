// Configs as Keras 1 and 2 wrote them, in the form of Keras 3.
import { isPlainObject, isSerialized, type Serialized } from '../../config/index.ts';

type Config = Record<string, unknown>;

/** Classes that have another name now, with the options that make up the difference. */
const classes: Readonly<Record<string, readonly [name: string, options?: Config]>> = {
  Model: ['Functional'],
  Convolution1D: ['Conv1D'],
  Convolution2D: ['Conv2D'],
  Convolution3D: ['Conv3D'],
  Deconvolution2D: ['Conv2DTranspose'],
  SeparableConvolution2D: ['SeparableConv2D'],
  CuDNNLSTM: ['LSTM'],
  CuDNNGRU: ['GRU', { reset_after: true }],
  SyncBatchNormalization: ['BatchNormalization'],
  BatchNormalizationV1: ['BatchNormalization'],
  BatchNormalizationV2: ['BatchNormalization'],
  LSTMV2: ['LSTM'],
  GRUV2: ['GRU'],
};

/** Options that have another name now; the old one counts where the new one is absent. */
const options: Readonly<Record<string, string>> = {
  nb_filter: 'filters',
  border_mode: 'padding',
  subsample: 'strides',
  subsample_length: 'strides',
  filter_length: 'kernel_size',
  atrous_rate: 'dilation_rate',
  bias: 'use_bias',
  init: 'kernel_initializer',
  W_regularizer: 'kernel_regularizer',
  W_constraint: 'kernel_constraint',
  b_regularizer: 'bias_regularizer',
  b_constraint: 'bias_constraint',
  U_regularizer: 'recurrent_regularizer',
  inner_init: 'recurrent_initializer',
  inner_activation: 'recurrent_activation',
  dropout_W: 'dropout',
  dropout_U: 'recurrent_dropout',
  pool_length: 'pool_size',
  stride: 'strides',
  beta_init: 'beta_initializer',
  gamma_init: 'gamma_initializer',
  p: 'rate',
  lr: 'learning_rate',
};

/** Options of some classes alone. */
const optionsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Dense: { output_dim: 'units' },
  LSTM: { output_dim: 'units' },
  GRU: { output_dim: 'units' },
  SimpleRNN: { output_dim: 'units' },
  Embedding: {
    init: 'embeddings_initializer',
    W_regularizer: 'embeddings_regularizer',
    W_constraint: 'embeddings_constraint',
  },
  LeakyReLU: { alpha: 'negative_slope' },
  GaussianNoise: { sigma: 'stddev' },
  UpSampling1D: { length: 'size' },
  InputLayer: { batch_input_shape: 'batch_shape', input_dtype: 'dtype' },
};

/** Options without a meaning for the result, or that say in a second place what a first one says. */
const dropped = new Set([
  ...[
    'batch_input_shape',
    'input_shape',
    'input_dtype',
    'input_length',
    'input_dim',
    'implementation',
  ],
  ...['consume_less', 'time_major', 'ragged', 'type_spec', 'quantization_config'],
  ...['fused', 'virtual_batch_size', 'adjustment'],
  ...['nb_row', 'nb_col', 'kernel_dim1', 'kernel_dim2', 'kernel_dim3', 'forget_bias_init'],
  ...['dim_ordering', 'autocast'],
]);

/** Options that a class has and others drop. */
const kept: Readonly<Record<string, readonly string[]>> = {
  Embedding: ['input_dim'],
  ReversibleEmbedding: ['input_dim'],
  InputLayer: ['ragged'],
  TextVectorization: ['ragged'],
  CategoryEncoding: [],
};

/** Options of some classes that mean nothing: separable and depthwise convolutions got some from their base class. */
const unused: Readonly<Record<string, readonly string[]>> = {
  BatchNormalization: ['mode'],
  SeparableConv1D: ['groups', 'kernel_initializer', 'kernel_regularizer', 'kernel_constraint'],
  SeparableConv2D: ['groups', 'kernel_initializer', 'kernel_regularizer', 'kernel_constraint'],
  DepthwiseConv1D: ['groups', 'kernel_initializer', 'kernel_regularizer', 'kernel_constraint'],
  DepthwiseConv2D: ['groups', 'kernel_initializer', 'kernel_regularizer', 'kernel_constraint'],
};

const initializers: Readonly<Record<string, string>> = {
  normal: 'random_normal',
  uniform: 'random_uniform',
  zero: 'zeros',
  one: 'ones',
};

/** What Keras 1's layer `Merge` does, by its mode. */
const merges: Readonly<Record<string, string>> = {
  sum: 'Add',
  concat: 'Concatenate',
  mul: 'Multiply',
  ave: 'Average',
  max: 'Maximum',
  dot: 'Dot',
  cos: 'Dot',
};

/** Whether a version of Keras has the meanings of before version 3; no version at all is the first. */
export const isBefore3 = (version: string | undefined): boolean =>
  !(Number.parseInt(version ?? '1', 10) >= 3);

/**
 * A config in which what a word meant before version 3 is called by its name of today: `hard_sigmoid` was steeper. Nothing
 * in a config itself tells, only the file's version of Keras.
 */
export function withOldMeanings(config: unknown): unknown {
  if (Array.isArray(config)) return config.map(withOldMeanings);
  if (!isPlainObject(config)) return config;
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      const isSteep = value === 'hard_sigmoid' && /(^|_)activation$/.test(key);
      return [key, isSteep ? 'legacy_hard_sigmoid' : withOldMeanings(value)];
    }),
  );
}

/** A layer or model of any version of Keras in the form of version 3; one of version 3 is given back as it is. */
export function modernLayer(file: Serialized): Serialized {
  if (!isPlainObject(file.config)) return modernList(file);
  if (file.class_name === 'Merge') return modernMerge(file, file.config);
  const [className, extra] = Object.hasOwn(classes, file.class_name)
    ? classes[file.class_name]
    : [file.class_name];
  const config = { ...modernConfig(className, file.config), ...extra };
  return { ...file, class_name: className, config };
}

/** Keras 1 wrote a Sequential's layers where its config is now. */
function modernList(file: Serialized): Serialized {
  const list: unknown = file.config;
  if (file.class_name !== 'Sequential' || !Array.isArray(list)) return file;
  return modernLayer({ ...file, config: { layers: list } });
}

function modernConfig(className: string, given: Config): Config {
  const renamed: Config = {};
  const own = Object.hasOwn(optionsOf, className) ? optionsOf[className] : {};
  for (const [key, value] of Object.entries(given)) {
    const name = Object.hasOwn(own, key)
      ? own[key]
      : Object.hasOwn(options, key)
        ? options[key]
        : key;
    if (name !== key && name in given) continue;
    renamed[name] = value;
  }
  const isModel = className === 'Sequential' || className === 'Functional';
  if (isModel) return className === 'Sequential' ? withInput(renamed) : renamed;
  addSizes(renamed, given);
  if (className === 'BatchNormalization') renamed.axis = firstOf(renamed.axis);
  if (className === 'GRU' && isOldRecurrent(given)) renamed.reset_after ??= false;
  if ('dim_ordering' in given) {
    renamed.data_format ??= given.dim_ordering === 'th' ? 'channels_first' : 'channels_last';
  }
  if ('forget_bias_init' in given) renamed.unit_forget_bias ??= given.forget_bias_init === 'one';
  const forgotten = Object.hasOwn(unused, className) ? unused[className] : [];
  const needed = Object.hasOwn(kept, className) ? kept[className] : [];
  const config: Config = {};
  for (const [key, value] of Object.entries(renamed)) {
    if (forgotten.includes(key) || (dropped.has(key) && !needed.includes(key))) continue;
    if (value === undefined) continue;
    config[key] = modernValue(key, value);
  }
  return config;
}

/** Before version 2.1.3 or so a GRU had no `reset_after`, and was not so. */
const isOldRecurrent = (config: Config): boolean => !('reset_after' in config) && 'name' in config;

const firstOf = (axis: unknown): unknown =>
  Array.isArray(axis) && axis.length === 1 ? axis[0] : axis;

/** Keras 1 gave each side of a kernel an option of its own. */
function addSizes(renamed: Config, given: Config): void {
  const { nb_row: rows, nb_col: columns, kernel_dim1: a, kernel_dim2: b, kernel_dim3: c } = given;
  if (rows !== undefined) renamed.kernel_size ??= [rows, columns];
  if (a !== undefined) renamed.kernel_size ??= [a, b, c];
}

function modernValue(key: string, value: unknown): unknown {
  if (key === 'dtype') return modernDtype(value);
  if (key.endsWith('_initializer')) return modernInitializer(value);
  if (key.endsWith('_regularizer')) return modernRegularizer(value);
  if ((key === 'layer' || key === 'backward_layer' || key === 'cell') && isSerialized(value)) {
    return modernLayer(value);
  }
  if (key === 'cells' && Array.isArray(value)) {
    return value.map((cell) => (isSerialized(cell) ? modernLayer(cell) : cell));
  }
  return value;
}

function modernDtype(value: unknown): unknown {
  if (!isSerialized(value) || !/^Policy/.test(value.class_name)) return value;
  return value.config.name;
}

function modernInitializer(value: unknown): unknown {
  if (typeof value === 'string') {
    return Object.hasOwn(initializers, value) ? initializers[value] : value;
  }
  if (!isSerialized(value) || !isPlainObject(value.config)) return value;
  const { dtype: _, partition_info: __, ...config } = value.config;
  if (config.distribution === 'normal' && value.class_name === 'VarianceScaling') {
    config.distribution = 'truncated_normal';
  }
  return { ...value, config };
}

/** Keras 1 named the class among the options. */
function modernRegularizer(value: unknown): unknown {
  if (!isPlainObject(value) || value.name !== 'WeightRegularizer') return value;
  return { class_name: 'L1L2', config: { l1: value.l1 ?? 0, l2: value.l2 ?? 0 } };
}

function modernMerge(
  file: Serialized,
  { mode, concat_axis: axis, dot_axes: axes, name }: Config,
): Serialized {
  const known = typeof mode === 'string' && Object.hasOwn(merges, mode);
  if (!known) return file;
  const config: Config = { name };
  if (mode === 'concat') config.axis = axis ?? -1;
  if (mode === 'dot' || mode === 'cos') Object.assign(config, { axes, normalize: mode === 'cos' });
  return { ...file, class_name: merges[mode], config };
}

/** A Sequential's first layer told the shape of the input; now a layer of its own does. */
function withInput(config: Config): Config {
  const { layers } = config;
  if (!Array.isArray(layers) || !isSerialized(layers[0])) return config;
  const [first] = layers;
  const shape = isPlainObject(first.config) ? first.config.batch_input_shape : undefined;
  if (first.class_name === 'InputLayer' || !Array.isArray(shape)) return config;
  const name = `${first.config.name ?? 'sequential'}_input`;
  const dtype = first.config.input_dtype ?? modernDtype(first.config.dtype);
  const input = {
    class_name: 'InputLayer',
    config: { batch_shape: shape, name, ...(typeof dtype === 'string' && { dtype }) },
  };
  return { ...config, layers: [input, ...layers] };
}

/** What Keras 2 wrote of `compile`, in the form that Keras 3 writes. */
export function modernTraining(config: Config): Config {
  const { optimizer_config: optimizer, metrics, loss, weighted_metrics: weighted } = config;
  return {
    ...config,
    optimizer: isSerialized(optimizer) ? modernOptimizer(optimizer) : optimizer,
    loss: mapObjects(loss, modernLoss),
    metrics: modernMetrics(metrics),
    weighted_metrics: modernMetrics(weighted),
  };
}

/** Lists of one output's metrics were in a list. */
const modernMetrics = (metrics: unknown): unknown => {
  const one = Array.isArray(metrics) && metrics.length === 1 && Array.isArray(metrics[0]);
  return mapObjects(one ? metrics[0] : metrics, modernMetric);
};

function mapObjects(value: unknown, f: (object: Serialized) => unknown): unknown {
  if (isSerialized(value)) return f(value);
  if (Array.isArray(value)) return value.map((part) => mapObjects(part, f));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mapObjects(part, f)]));
}

function modernOptimizer(file: Serialized): Serialized {
  if (!isPlainObject(file.config)) return file;
  const {
    lr,
    decay,
    schedule_decay: _,
    is_legacy_optimizer: __,
    initial_decay: ___,
    ...rest
  } = file.config;
  const config: Config = { ...rest };
  if (lr !== undefined) config.learning_rate ??= lr;
  if (config.epsilon === null) delete config.epsilon;
  if (typeof decay === 'number' && decay !== 0 && typeof config.learning_rate === 'number') {
    // The old decay: rate / (1 + decay * updates).
    config.learning_rate = {
      module: 'keras.optimizers.schedules',
      class_name: 'InverseTimeDecay',
      config: { initial_learning_rate: config.learning_rate, decay_steps: 1, decay_rate: decay },
      registered_name: null,
    };
  }
  return { ...file, class_name: file.class_name.replace(/^Custom>/, ''), config };
}

function modernLoss(file: Serialized): Serialized {
  if (!isPlainObject(file.config)) return file;
  const { reduction, fn: _, ...config } = file.config;
  if (reduction !== undefined && reduction !== 'auto') config.reduction = reduction;
  return { ...file, config };
}

function modernMetric(file: Serialized): unknown {
  const config = isPlainObject(file.config) ? file.config : {};
  if (file.class_name !== 'MeanMetricWrapper') return file;
  return config.name === 'accuracy' || config.name === 'acc' ? config.name : config.fn;
}
