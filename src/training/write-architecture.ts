import { type Config, type Serialized, serialize, snakeCaseKeys } from '../config/index.ts';
import { KerasTensor, type LayerNode } from '../layers/keras-tensor.ts';
import type { Layer } from '../layers/layer.ts';
import { Tensor } from '../tensor/index.ts';
import type { FunctionalGraph } from './functional-graph.ts';
import { Model } from './model.ts';

/** A layer or model in the form of Keras' files. */
export function layerToFile(layer: Layer): Serialized {
  const build = layer.getBuildConfig();
  const isFunctional = layer.constructor === Model;
  return {
    ...serialize(layer),
    ...(isFunctional && { registered_name: 'Functional' }),
    ...(isFunctional
      ? { build_config: { input_shape: null } }
      : build && { build_config: snakeCaseKeys(build) }),
    ...(layer instanceof Model && layer.metadata && { gradus: layer.metadata }),
  };
}

/** The layers of a functional model and their applications, as its config holds them. */
export function graphConfig(model: Model, graph: FunctionalGraph): Config {
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
    inputLayers: mapEnds(model.input, end),
    outputLayers: mapEnds(model.output, end),
  };
}

function mapEnds(ends: unknown, f: (tensor: KerasTensor) => unknown): unknown {
  if (ends instanceof KerasTensor) return f(ends);
  if (Array.isArray(ends)) return ends.map((end) => f(end));
  return Object.fromEntries(
    Object.entries(ends as Record<string, KerasTensor>).map(([name, end]) => [name, f(end)]),
  );
}
