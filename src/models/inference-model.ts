import { noGrad } from '../autograd/index.ts';
import {
  Activation,
  Add,
  BatchNormalization,
  Conv2D,
  Dense,
  DepthwiseConv2D,
  Dropout,
  type KerasTensor,
  type Layer,
  type LayerNode,
  ReLU,
  ZeroPadding2D,
} from '../layers/index.ts';
import { type FusedActivationName, Parameter, zeros } from '../ops/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import { Model } from '../training/index.ts';
import { InferenceAdd, InferenceConv, InferenceDense, type Place } from './inference-layers.ts';

/** Options of `inferenceModel`. */
export interface InferenceOptions {
  /** Whether a softmax or sigmoid at the end is left out, so that the model gives logits. Default false. */
  readonly logits?: boolean;
}

type Product = Conv2D | DepthwiseConv2D | Dense;

/**
 * A model for prediction alone: batch normalizations become part of the convolutions before them, activations and zero padding part of
 * what they surround, and dropout goes. It computes what `model` does in inference, to rounding (the products are scaled before
 * they are summed), in fewer passes over memory. Weights that need no folding are shared with `model`; folded ones are copies as
 * they are now, so make a new inference model after more training. Only functional models of known layers are made faster;
 * other layers are taken over as they are.
 * @example const fast = inferenceModel(await MobileNetV2()); const y = await fast.predict(images);
 */
export function inferenceModel(model: Model, { logits = false }: InferenceOptions = {}): Model {
  const { graph } = model;
  if (!graph) {
    throw new ValueError(
      `inferenceModel: ${model.name} computes in a call of its own; only models of Input and layers can be rewritten`,
    );
  }
  if (!model.built) throw new ValueError(`inferenceModel: ${model.name} has no weights yet`);
  const outputs = logits ? graph.outputs.map(beforeClassifier) : graph.outputs;
  const rewrite = new Rewrite([...graph.nodes], outputs, logits ? graph.outputs : []);
  const made = noGrad(() => outputs.map((output) => rewrite.tensor(output)));
  return new Model({
    inputs: graph.inputs,
    outputs: made.length === 1 ? made[0] : made,
    name: `${model.name}_inference`,
  });
}

/** What a classifier's own activation layer gets. */
function beforeClassifier(output: KerasTensor): KerasTensor {
  const node = output.node as LayerNode;
  return node.layer instanceof Activation && classifiers.has(node.layer.activation.config)
    ? (node.inputs as KerasTensor)
    : output;
}

const classifiers = new Set<unknown>(['softmax', 'sigmoid']);

/** The walk from the outputs back, each tensor made once. */
class Rewrite {
  readonly #made = new Map<KerasTensor, KerasTensor>();
  readonly #uses = new Map<KerasTensor, number>();
  readonly #layerUses = new Map<Layer, number>();
  /** Outputs whose activation is left out. */
  readonly #bare: readonly KerasTensor[];

  constructor(
    nodes: readonly LayerNode[],
    outputs: readonly KerasTensor[],
    bare: readonly KerasTensor[],
  ) {
    this.#bare = bare;
    const count = <K>(counts: Map<K, number>, key: K) =>
      counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const node of nodes) {
      count(this.#layerUses, node.layer);
      for (const input of node.inputTensors) count(this.#uses, input);
    }
    for (const output of outputs) count(this.#uses, output);
  }

  /** The tensor of the new model that stands for one of the old. */
  tensor(old: KerasTensor): KerasTensor {
    let made = this.#made.get(old);
    if (!made) {
      made = this.#make(old);
      this.#made.set(old, made);
    }
    return made;
  }

  #make(old: KerasTensor): KerasTensor {
    const node = old.node as LayerNode;
    if (node.inputTensors.length === 0) return old;
    return (
      this.#activated(old, node) ?? this.#product(old, node, undefined) ?? this.#same(old, node)
    );
  }

  /** The layer as it is. */
  #same(old: KerasTensor, { layer, inputs, options }: LayerNode): KerasTensor {
    if (layer instanceof Dropout) return this.tensor(inputs as KerasTensor);
    const given = Array.isArray(inputs)
      ? (inputs as KerasTensor[]).map((input) => this.tensor(input))
      : this.tensor(inputs as KerasTensor);
    const results = layer.apply(given as KerasTensor, options) as KerasTensor | KerasTensor[];
    // The model that the layer belongs to must not see this application.
    layer.inboundNodes.pop();
    return Array.isArray(results) ? results[old.index] : results;
  }

  /** An activation layer together with what is before it. */
  #activated(old: KerasTensor, { layer, inputs }: LayerNode): KerasTensor | null {
    const activation = activationOf(layer);
    if (!activation || !this.#isOwn(inputs)) return null;
    const node = inputs.node as LayerNode;
    const isSum =
      node.layer instanceof Add && Array.isArray(node.inputs) && node.inputs.length === 2;
    if (isSum && (activation === 'relu' || activation === 'relu6')) {
      const [a, b] = node.inputs as KerasTensor[];
      const sameShape = a.shape.every((n, i) => n === b.shape[i]);
      if (!sameShape) return null;
      const sum = new InferenceAdd({ name: layer.name, shape: old.shape, activation });
      return sum.apply([this.tensor(a), this.tensor(b)]);
    }
    return this.#product(old, node, activation);
  }

  /** A convolution or fully connected layer, with its normalization. */
  #product(
    old: KerasTensor,
    node: LayerNode,
    activation: FusedActivationName | undefined,
  ): KerasTensor | null {
    let normalization: BatchNormalization | null = null;
    let product = node;
    if (node.layer instanceof BatchNormalization) {
      const { inputs } = node;
      if (!this.#isOwn(inputs) || !isLastAxis(node.layer, inputs)) return null;
      normalization = node.layer;
      product = inputs.node as LayerNode;
    }
    const { layer } = product;
    if (!isProduct(layer) || (layer instanceof Dense && Array.isArray(product.inputs))) return null;
    if (!(layer instanceof Dense) && layer.dataFormat !== 'channels_last') return null;
    const own = layer.activation;
    const isBare = this.#bare.includes(old) && classifiers.has(own.config);
    const isLinear = own.config === 'linear' || isBare;
    if (!isLinear && (normalization || activation)) return null;
    if (!isLinear && !own.fused) return null;
    const place: Place = {
      name: layer.name,
      shape: old.shape,
      activation: activation ?? (isLinear ? undefined : own.fused),
    };
    const weights = normalization ? folded(layer, normalization) : layer;
    if (layer instanceof Dense) {
      return new InferenceDense(place, weights).apply(this.tensor(product.inputs as KerasTensor));
    }
    const { input, padding } = this.#padded(layer, product.inputs as KerasTensor);
    const groups = layer instanceof Conv2D ? layer.groups : null;
    const window = { strides: layer.strides, padding, dilation: layer.dilationRate, groups };
    return new InferenceConv(place, weights, window).apply(this.tensor(input));
  }

  /** A convolution's input, with the zeros of a layer before it as its own. */
  #padded(
    layer: Conv2D | DepthwiseConv2D,
    input: KerasTensor,
  ): { input: KerasTensor; padding: 'valid' | 'same' | readonly (readonly [number, number])[] } {
    const before = input.node as LayerNode;
    const { layer: pad } = before;
    const padding = layer.padding as 'valid' | 'same';
    if (padding !== 'valid' || !(pad instanceof ZeroPadding2D)) return { input, padding };
    if (pad.dataFormat !== 'channels_last') return { input, padding };
    return {
      input: before.inputs as KerasTensor,
      padding: pad.padding as readonly (readonly [number, number])[],
    };
  }

  /** Whether nobody else wants a tensor, nor its layer is used elsewhere. */
  #isOwn(input: unknown): input is KerasTensor {
    const { node } = input as KerasTensor;
    return (
      !!node &&
      node.inputTensors.length > 0 &&
      this.#uses.get(input as KerasTensor) === 1 &&
      this.#layerUses.get(node.layer) === 1
    );
  }
}

const isProduct = (layer: Layer): layer is Product =>
  layer instanceof Conv2D || layer instanceof DepthwiseConv2D || layer instanceof Dense;

const isLastAxis = ({ axis }: BatchNormalization, { rank }: KerasTensor): boolean =>
  axis === -1 || axis === rank - 1;

/** The name of an activation layer's function, where products can apply it. */
function activationOf(layer: Layer): FusedActivationName | null {
  if (layer instanceof Activation) return layer.activation.fused ?? null;
  if (!(layer instanceof ReLU) || layer.negativeSlope !== 0 || layer.threshold !== 0) return null;
  if (layer.maxValue === null) return 'relu';
  return layer.maxValue === 6 ? 'relu6' : null;
}

/** Weights that give at once what the product and then the normalization give. */
function folded(
  layer: Product,
  { gamma, beta, movingMean, movingVariance, epsilon }: BatchNormalization,
): { kernel: Parameter; bias: Parameter } {
  const spread = movingVariance.add(epsilon).sqrt();
  const scale: Tensor = gamma ? gamma.div(spread) : spread.reciprocal();
  const { kernel, bias } = layer;
  const perFilter =
    layer instanceof DepthwiseConv2D ? scale.reshape(kernel.shape.slice(-2)) : scale;
  const shift = (bias ?? zeros(scale.shape)).sub(movingMean).mul(scale);
  const own = (value: Tensor, name: string) =>
    new Parameter(value, { name, path: `${layer.name}/${name}`, trainable: false });
  return {
    kernel: own(kernel.mul(perFilter), 'kernel'),
    bias: own(beta ? shift.add(beta) : shift, 'bias'),
  };
}
