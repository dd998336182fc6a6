import { isPlainObject, isSerialized, type Serialized } from '../../config/index.ts';
import type { Json } from '../../formats/json.ts';
import { ValueError } from '../../tensor/index.ts';

/** Layers of TensorFlow.js 4.22. */
const layers = new Set(
  `Activation Add AlphaDropout Average AveragePooling1D AveragePooling2D AveragePooling3D BatchNormalization Bidirectional
  CategoryEncoding CenterCrop Concatenate Conv1D Conv2D Conv2DTranspose Conv3D Conv3DTranspose ConvLSTM2D Cropping2D Dense
  DepthwiseConv2D Dot Dropout ELU Embedding Flatten GRU GRUCell GaussianDropout GaussianNoise GlobalAveragePooling1D
  GlobalAveragePooling2D GlobalMaxPooling1D GlobalMaxPooling2D InputLayer LSTM LSTMCell LayerNormalization LeakyReLU Masking
  MaxPooling1D MaxPooling2D MaxPooling3D Maximum Minimum Multiply PReLU Permute RNN RandomWidth ReLU RepeatVector Rescaling
  Reshape Resizing SeparableConv2D SimpleRNN SimpleRNNCell Softmax SpatialDropout1D StackedRNNCells TimeDistributed
  UpSampling2D ZeroPadding2D`.split(/\s+/),
);

/** Activations of TensorFlow.js by Keras' names. */
const activations: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    'elu selu relu relu6 linear sigmoid softplus softsign tanh softmax mish gelu'
      .split(' ')
      .map((name) => [name, name]),
  ),
  log_softmax: 'log_softmax',
  legacy_hard_sigmoid: 'hard_sigmoid',
  silu: 'swish',
  swish: 'swish',
};

const models = ['Sequential', 'Functional', 'Model'];

function refuse(name: string, problem: string): never {
  throw new ValueError(
    `'${name}' cannot be written for TensorFlow.js: ${problem}; .keras, .h5 and .safetensors hold every model`,
  );
}

/** Options that TensorFlow.js would silently leave out, with the values that mean nothing. */
const ignored: Readonly<Record<string, readonly unknown[]>> = {
  groups: [1],
  keepdims: [false],
  output_padding: [null],
  reset_after: [false],
  threshold: [0],
  zero_output_for_mask: [false],
};

/** A model in the form that TensorFlow.js reads, that of Keras 2, from that of Keras 3. */
export function toTfjsConfig(model: Serialized): { [key: string]: Json } {
  const { class_name: className, config } = model;
  const name = String(config.name);
  if (!models.includes(className)) refuse(name, `it has no model of class ${className}`);
  const files = config.layers;
  if (!Array.isArray(files)) refuse(name, 'it computes in a call of its own');
  if (className === 'Sequential') {
    return { class_name: className, config: { name, layers: files.map(toLayer) } };
  }
  const nested = new Set<string>(
    files.filter((file) => models.includes(file.class_name)).map((file) => file.config.name),
  );
  const written = files.map((file): Json => {
    const nodes = file.inbound_nodes as readonly unknown[];
    return {
      ...toLayer(file),
      name: file.config.name,
      inbound_nodes: nodes.map((node) => toNode(file.config.name, node, nested)),
    };
  });
  // Only here Keras 3 counts a functional model's own first application.
  const countedAt = new Set<string>(
    files.filter((file) => file.class_name === 'Functional').map((file) => file.config.name),
  );
  const end = (place: unknown): Json => {
    const [layer, node, index] = place as [string, number, number];
    return [layer, nested.has(layer) && !countedAt.has(layer) ? node + 1 : node, index];
  };
  const ends = (places: unknown): Json => placesOf(places).map(end);
  return {
    class_name: 'Functional',
    config: {
      name,
      layers: written,
      input_layers: ends(config.input_layers),
      output_layers: ends(config.output_layers),
    },
  };
}

/** One place, a list or an object of places, as a list. */
function placesOf(places: unknown): readonly unknown[] {
  if (!Array.isArray(places)) return Object.values(places as object);
  return typeof places[0] === 'string' ? [places] : places;
}

function toLayer(file: Serialized): { class_name: string; config: { [key: string]: Json } } {
  if (models.includes(file.class_name)) {
    return toTfjsConfig(file) as { class_name: string; config: { [key: string]: Json } };
  }
  const { class_name: className, config } = file;
  const name = String(config.name);
  if (!layers.has(className)) refuse(name, `it has no layer ${className}`);
  const written: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(config)) {
    if (Object.hasOwn(ignored, key)) {
      if (ignored[key].includes(value)) continue;
      if (key !== 'threshold' || className === 'ReLU') {
        refuse(name, `it has no ${key} of ${JSON.stringify(value)}`);
      }
    }
    written[toKey(className, key)] = toValue(name, key, value);
  }
  if (className === 'ReLU') {
    if (config.negative_slope) refuse(name, 'its ReLU has no negative slope; LeakyReLU has');
    delete written.negative_slope;
  }
  if (className === 'Bidirectional') {
    delete written.backward_layer;
    written.layer = forwardOf(name, config);
  }
  if (className === 'GRU' || className === 'GRUCell') written.reset_after = false;
  return { class_name: className, config: written };
}

/** TensorFlow.js makes the second layer from the first, and both names. */
function forwardOf(name: string, config: Serialized['config']): Json {
  const [forward, backward] = [config.layer, config.backward_layer] as (Serialized | undefined)[];
  const essence = (file: Serialized): string => {
    const { name: _, go_backwards: __, ...rest } = file.config;
    return JSON.stringify([file.class_name, rest]);
  };
  if (!forward || (backward && essence(forward) !== essence(backward))) {
    refuse(name, 'its layer that runs backwards is like the other');
  }
  const { config: options, ...file } = forward;
  return toLayer({
    ...file,
    config: { ...options, name: String(options.name).replace(/^forward_/, '') },
  });
}

function toKey(className: string, key: string): string {
  if (className === 'InputLayer' && key === 'batch_shape') return 'batch_input_shape';
  return className === 'LeakyReLU' && key === 'negative_slope' ? 'alpha' : key;
}

function toValue(layer: string, key: string, value: unknown): Json {
  if (key.endsWith('activation')) {
    if (typeof value === 'string' && Object.hasOwn(activations, value)) return activations[value];
    if (value === null) return null;
    refuse(layer, `it has no activation ${JSON.stringify(value)}`);
  }
  if (key === 'dtype') return typeof value === 'string' ? value : dtypeName(value);
  if (isSerialized(value)) {
    if (key.endsWith('regularizer')) return toRegularizer(layer, value);
    if (key === 'layer' || key === 'backward_layer' || key === 'cell') return toLayer(value);
    const config = Object.entries(value.config).map(([name, part]) => [
      name,
      toValue(layer, name, part),
    ]);
    return { class_name: value.class_name, config: Object.fromEntries(config) };
  }
  if (Array.isArray(value)) return value.map((item) => toValue(layer, '', item));
  if (isPlainObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, toValue(layer, name, part)]),
    );
  }
  return value as Json;
}

const dtypeName = (policy: unknown): string => {
  const { name } = (policy as Serialized).config;
  return String(name).startsWith('mixed') ? 'float32' : String(name);
};

function toRegularizer(layer: string, { class_name: className, config }: Serialized): Json {
  if (className === 'L1' || className === 'L2' || className === 'L1L2') {
    return {
      class_name: 'L1L2',
      config: { l1: Number(config.l1 ?? 0), l2: Number(config.l2 ?? 0) },
    };
  }
  return refuse(layer, `it has no regularizer ${className}`);
}

/** An application of a layer: `[layer, node, index, options]` for each tensor. */
function toNode(layer: string, node: unknown, nested: ReadonlySet<string>): Json {
  const { args, kwargs } = node as { args: unknown; kwargs: Record<string, unknown> };
  const given = Object.entries(kwargs).filter(([, value]) => value !== null);
  if (JSON.stringify(given).includes('__keras_tensor__')) {
    refuse(layer, 'it takes tensors as options');
  }
  const options = Object.fromEntries(given) as { [key: string]: Json };
  const places: Json[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isSerialized(value) && value.class_name === '__keras_tensor__') {
      const [name, at, index] = value.config.keras_history as [string, number, number];
      places.push([name, nested.has(name) ? at + 1 : at, index, options]);
    } else if (value !== null) refuse(layer, 'it is applied to something that is no tensor');
  };
  visit(args);
  return places;
}

/**
 * A model of TensorFlow.js in the form of Keras: what is null was not given, and `hard_sigmoid` is that of Keras 2, whose slope
 * is another.
 */
export function fromTfjsConfig(json: Json): Json {
  if (Array.isArray(json)) return json.map(fromTfjsConfig);
  if (!isPlainObject(json)) return json;
  const entries = Object.entries(json as { [key: string]: Json }).flatMap(([key, value]) => {
    if (value === null && !key.endsWith('activation')) return [];
    const isSteep = key.endsWith('activation') && value === 'hard_sigmoid';
    return [[key, isSteep ? 'legacy_hard_sigmoid' : fromTfjsConfig(value)] as const];
  });
  return Object.fromEntries(entries);
}
