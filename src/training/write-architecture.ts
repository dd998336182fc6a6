import { type Config, type Serialized, serialize, snakeCaseKeys } from '../config/index.ts';
import { KerasTensor, type LayerNode } from '../layers/keras-tensor.ts';
import type { Layer } from '../layers/layer.ts';
import { Tensor } from '../tensor/index.ts';
import { Model } from './model.ts';

/** A layer or model in the form of Keras' files. */
export function layerToFile(layer: Layer): Serialized {
  const file = serialize(layer);
  const config = layer instanceof Model ? modelConfig(layer) : file.config;
  const build = layer.getBuildConfig();
  const isFunctional = layer.constructor === Model;
  return {
    ...file,
    config,
    ...(isFunctional && { registered_name: 'Functional' }),
    ...(isFunctional
      ? { build_config: { input_shape: null } }
      : build && { build_config: snakeCaseKeys(build) }),
  };
}

/** The config of a model, its layers included. */
function modelConfig(model: Model): Config {
  const own = snakeCaseKeys(model.getConfig());
  if (model.isSequential) {
    const layers = model.sublayers();
    return {
      ...own,
      dtype: serialize(model).config.dtype ?? model.dtype,
      layers: layers.map(layerToFile),
      ...(model.buildShape && { build_input_shape: model.buildShape }),
    };
  }
  return model.graph ? { ...own, ...graphConfig(model) } : own;
}

function graphConfig(model: Model): Config {
  const graph = model.graph as NonNullable<Model['graph']>;
  const nodes = new Set(graph.nodes);
  const nodesOf = (layer: Layer): LayerNode[] =>
    layer.inboundNodes.filter((node) => nodes.has(node));
  const place = ({ node, index }: KerasTensor, offset = 0): [string, number, number] => {
    const { layer } = node as LayerNode;
    return [layer.name, nodesOf(layer).indexOf(node as LayerNode) + offset, index];
  };
  const writeValue = (value: unknown): unknown => {
    if (value instanceof KerasTensor) {
      const { shape, dtype } = value;
      return {
        class_name: '__keras_tensor__',
        config: { shape, dtype, keras_history: place(value) },
      };
    }
    if (Array.isArray(value)) return value.map(writeValue);
    if (value instanceof Tensor) {
      return { class_name: '__numpy__', config: { value: value.toArray(), dtype: value.dtype } };
    }
    return value;
  };
  const writeNode = (node: LayerNode): Config => {
    const { separateInputs } = node.layer.constructor as unknown as { separateInputs: boolean };
    const inputs = writeValue(node.inputs);
    const options = Object.fromEntries(
      Object.entries(node.options).map(([name, value]) => [name, writeValue(value)]),
    );
    return {
      args: separateInputs && Array.isArray(inputs) ? inputs : [inputs],
      kwargs: { ...(node.layer instanceof Model && { mask: null }), ...snakeCaseKeys(options) },
    };
  };
  // Keras counts a functional model's own first application too.
  const end = (tensor: KerasTensor): [string, number, number] =>
    place(tensor, tensor.node?.layer.constructor === Model ? 1 : 0);
  return {
    layers: graph.layers.map((layer) => ({
      ...layerToFile(layer),
      name: layer.name,
      inbound_nodes: nodesOf(layer)
        .filter((node) => node.inputTensors.length)
        .map(writeNode),
    })),
    input_layers: mapEnds(model.input, end),
    output_layers: mapEnds(model.output, end),
  };
}

function mapEnds(ends: unknown, f: (tensor: KerasTensor) => unknown): unknown {
  if (ends instanceof KerasTensor) return f(ends);
  if (Array.isArray(ends)) return ends.map((end) => f(end));
  return Object.fromEntries(
    Object.entries(ends as Record<string, KerasTensor>).map(([name, end]) => [name, f(end)]),
  );
}
