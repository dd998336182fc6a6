import {
  badOption,
  customObject,
  isSerialized,
  option,
  type Serialized,
  serialize,
  spelling,
  suggestion,
} from '../config/index.ts';
import * as ops from '../ops/index.ts';
import { FormatError, type Tensor, ValueError } from '../tensor/index.ts';
import type { Layer } from './layer.ts';

/** Options of Keras' activation functions, by name. */
export interface ActivationOptions {
  readonly negativeSlope?: number;
  readonly maxValue?: number | null;
  readonly threshold?: number;
  readonly defaultValue?: number;
  readonly alpha?: number;
  readonly approximate?: boolean;
  readonly b?: number;
  readonly axis?: number | readonly number[];
}

const functions = {
  linear: (x: Tensor): Tensor => x,
  relu: (x: Tensor, options: ActivationOptions = {}): Tensor => ops.relu(x, options),
  relu6: (x: Tensor): Tensor => ops.relu6(x),
  leakyRelu: (x: Tensor, { negativeSlope = 0.2 }: ActivationOptions = {}): Tensor =>
    ops.leakyRelu(x, negativeSlope),
  elu: (x: Tensor, { alpha = 1 }: ActivationOptions = {}): Tensor => ops.elu(x, alpha),
  selu: (x: Tensor): Tensor => ops.selu(x),
  celu: (x: Tensor, { alpha = 1 }: ActivationOptions = {}): Tensor => ops.celu(x, alpha),
  gelu: (x: Tensor, { approximate = false }: ActivationOptions = {}): Tensor =>
    ops.gelu(x, approximate),
  silu: (x: Tensor): Tensor => ops.silu(x),
  mish: (x: Tensor): Tensor => ops.mish(x),
  sigmoid: (x: Tensor): Tensor => ops.rememberLogits('sigmoid', x, ops.sigmoid(x)),
  logSigmoid: (x: Tensor): Tensor => ops.logSigmoid(x),
  hardSigmoid: (x: Tensor): Tensor => ops.hardSigmoid(x),
  /** That of Keras 1 and 2 and of TensorFlow.js; Keras 3 calls a flatter one hard_sigmoid. */
  legacyHardSigmoid: (x: Tensor): Tensor => ops.clip(x.mul(0.2).add(0.5), 0, 1),
  hardSilu: (x: Tensor): Tensor => ops.hardSilu(x),
  hardTanh: (x: Tensor): Tensor => ops.hardTanh(x),
  hardShrink: (x: Tensor, { threshold = 0.5 }: ActivationOptions = {}): Tensor =>
    ops.hardShrink(x, threshold),
  softShrink: (x: Tensor, { threshold = 0.5 }: ActivationOptions = {}): Tensor =>
    ops.softShrink(x, threshold),
  tanh: (x: Tensor): Tensor => ops.tanh(x),
  tanhShrink: (x: Tensor): Tensor => ops.tanhShrink(x),
  softplus: (x: Tensor): Tensor => ops.softplus(x),
  softsign: (x: Tensor): Tensor => ops.softsign(x),
  softmax: (x: Tensor, { axis = -1 }: ActivationOptions = {}): Tensor => {
    const y = ops.softmax(x, axis);
    return axis === -1 || axis === x.rank - 1 ? ops.rememberLogits('softmax', x, y) : y;
  },
  logSoftmax: (x: Tensor, { axis = -1 }: ActivationOptions = {}): Tensor => ops.logSoftmax(x, axis),
  exponential: (x: Tensor): Tensor => ops.exp(x),
  squareplus: (x: Tensor, { b = 4 }: ActivationOptions = {}): Tensor => ops.squareplus(x, b),
  sparsePlus: (x: Tensor): Tensor => ops.sparsePlus(x),
  sparseSigmoid: (x: Tensor): Tensor => ops.sparseSigmoid(x),
  sparsemax: (x: Tensor, { axis = -1 }: ActivationOptions = {}): Tensor =>
    sparsemax(x, axis as number),
  threshold: (x: Tensor, { threshold, defaultValue }: ActivationOptions = {}): Tensor =>
    ops.threshold(x, threshold as number, defaultValue as number),
  glu: (x: Tensor, { axis = -1 }: ActivationOptions = {}): Tensor => {
    const [value, gate] = ops.split(x, 2, axis as number);
    return value.mul(ops.sigmoid(gate));
  },
};

/**
 * Keras' activation functions by name: tensors of any shape to tensors of that shape.
 * @example activations.leakyRelu(x, { negativeSlope: 0.1 })
 */
export const activations = {
  ...functions,
  /** Another name of silu. */
  swish: functions.silu,
  /** Another name of hardSilu. */
  hardSwish: functions.hardSilu,
};

/** `hardSilu` as Keras writes it: `hard_silu`. */
const kerasName = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * Like softmax, but with exact zeros. Martins and Astudillo 2016, https://arxiv.org/abs/1602.02068; the threshold is
 * Keras', which adds up the running sums of the support.
 */
function sparsemax(logits: Tensor, axis: number): Tensor {
  const x = ops.moveAxis(logits, axis, -1);
  const ordered = ops.sort(x, -1, { descending: true });
  const ranks = ops.arange(1, (x.shape.at(-1) as number) + 1, 1, { dtype: x.dtype });
  const sums = ops.cumsum(ordered, -1);
  const inSupport = ops.cast(ops.greater(ordered.mul(ranks).add(1), sums), x.dtype);
  const total = sums.mul(inSupport).sum(-1, { keepDims: true });
  const threshold = total.sub(1).div(inSupport.sum(-1, { keepDims: true }));
  return ops.moveAxis(x.sub(threshold).maximum(0), -1, axis);
}

/** A layer's activation: a function with the name that configs know it by. */
export interface Activation {
  (x: Tensor): Tensor;
  /** As a config holds it. */
  readonly config: unknown;
  /** The name under which products and convolutions apply it before they store, if they can. */
  readonly fused: ops.FusedActivationName | undefined;
}

/** What an option takes for an activation: a name, a function, an activation layer, the form of a file; null for none. */
export type ActivationLike =
  | string
  | ((x: Tensor) => Tensor)
  | Layer
  | Activation
  | Serialized
  | null;

/** Names by their spelling; other names of a function stand for its own. */
const byName = new Map(
  Object.entries(activations).map(([name, f]) => {
    const own = Object.keys(functions) as (keyof typeof functions)[];
    return [spelling(name), own.find((key) => functions[key] === f) as keyof typeof functions];
  }),
);

/** The name for products that apply the activation themselves; not for sigmoid, whose input the losses want. */
function fusedName(name: string): ops.FusedActivationName | undefined {
  return name !== 'sigmoid' && ops.isFusedActivation(name) ? name : undefined;
}

function makeActivation(
  f: (x: Tensor) => Tensor,
  config: unknown,
  fused?: ops.FusedActivationName,
): Activation {
  return Object.assign((x: Tensor): Tensor => f(x), { config, fused });
}

const isActivation = (value: unknown): value is Activation =>
  typeof value === 'function' && 'config' in value && 'fused' in value;

const isLayer = (value: unknown): value is Layer =>
  typeof value === 'object' && value !== null && 'call' in value && 'inboundNodes' in value;

/** An activation from its name in any spelling, a function or an activation layer; null is the identity. */
export function getActivation(identifier: ActivationLike, where = 'activation'): Activation {
  if (isActivation(identifier)) return identifier;
  if (identifier === null) return getActivation('linear', where);
  if (typeof identifier === 'string') return namedActivation(identifier, where);
  if (isLayer(identifier)) {
    const layer = identifier;
    return makeActivation((x) => layer.apply(x), serialize(layer));
  }
  if (typeof identifier === 'function') {
    return makeActivation(identifier, {
      module: 'builtins',
      class_name: 'function',
      config: identifier.name,
      registered_name: identifier.name,
    });
  }
  if (isSerialized(identifier)) {
    const { class_name: kind, config } = identifier;
    const name = kind === 'function' ? config : kind;
    if (typeof name === 'string') return namedActivation(name, where, FormatError);
  }
  throw badOption(where, 'the name of an activation or a function', identifier);
}

function namedActivation(
  name: string,
  where: string,
  Problem: new (message: string) => Error = ValueError,
): Activation {
  const custom = customObject(name);
  if (typeof custom === 'function') return getActivation(custom as ActivationLike, where);
  const found = byName.get(spelling(name));
  if (!found) {
    throw new Problem(
      `${where}: unknown activation '${name}'${suggestion(name, Object.keys(activations))}; ` +
        `known: ${Object.keys(activations).join(', ')}; ` +
        `your own function is passed as itself, or as customObjects: { ${name} } when loading`,
    );
  }
  return makeActivation(
    functions[found] as (x: Tensor) => Tensor,
    kerasName(found),
    fusedName(found),
  );
}

/** An option that holds an activation. */
export const activation = (initial: ActivationLike = 'linear') =>
  option(getActivation, initial, { write: (value) => value.config });
