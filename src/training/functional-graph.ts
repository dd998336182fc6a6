import { Input } from '../layers/input-layer.ts';
import type { KerasTensor, LayerNode } from '../layers/keras-tensor.ts';
import type { Layer } from '../layers/layer.ts';
import { GradusError, type Tensor } from '../tensor/index.ts';

/** The applications of layers between symbolic inputs and outputs, in the order in which they can be run. */
export class FunctionalGraph {
  readonly inputs: readonly KerasTensor[];
  readonly outputs: readonly KerasTensor[];
  readonly nodes: readonly LayerNode[];
  /** In Keras' order: farthest from the outputs first, then as they are met on the way back from the outputs. */
  readonly layers: readonly Layer[];

  constructor(inputs: readonly KerasTensor[], outputs: readonly KerasTensor[]) {
    this.inputs = inputs;
    this.outputs = outputs;
    const { nodes, firstMet } = walkBack(inputs, outputs);
    const { nodeDepths, layerDepths } = depths(nodes);
    for (const { node } of inputs) {
      // An input that nothing uses still belongs to the model.
      if (!node || node.inputTensors.length > 0 || layerDepths.has(node.layer)) continue;
      nodes.unshift(node);
      nodeDepths.set(node, 0);
      layerDepths.set(node.layer, 0);
      firstMet.set(node.layer, -1);
    }
    const deepestFirst = (a: number, b: number): number => b - a;
    this.nodes = nodes.toSorted((a, b) =>
      deepestFirst(nodeDepths.get(a) as number, nodeDepths.get(b) as number),
    );
    this.layers = [...layerDepths.keys()].sort(
      (a, b) =>
        deepestFirst(layerDepths.get(a) as number, layerDepths.get(b) as number) ||
        (firstMet.get(a) as number) - (firstMet.get(b) as number),
    );
    this.#checkNames();
  }

  /** Computes the outputs; `call` applies a node's layer, given what its inputs have become. */
  run<T extends KerasTensor | Tensor>(
    values: readonly T[],
    call: (node: LayerNode, resolve: <S>(structure: S) => S) => T | readonly T[],
  ): T[] {
    const known = new Map<KerasTensor, T>();
    for (const [i, input] of this.inputs.entries()) known.set(input, values[i]);
    const resolve = <S>(structure: S): S => substitute(structure, known) as S;
    for (const node of this.nodes) {
      if (node.inputTensors.length === 0) continue;
      const results = call(node, resolve);
      const list = (Array.isArray(results) ? results : [results]) as T[];
      for (const [i, output] of node.outputs.entries()) known.set(output, list[i]);
    }
    return this.outputs.map((output) => known.get(output) as T);
  }

  #checkNames(): void {
    const names = new Set<string>();
    for (const { name } of this.layers) {
      if (names.has(name)) {
        throw new GradusError(
          `Model: two layers are called '${name}'; layers of a model need different names ` +
            '(option name)',
        );
      }
      names.add(name);
    }
  }
}

/** The structure with every symbolic tensor that has a value replaced by it. */
function substitute(structure: unknown, known: ReadonlyMap<unknown, unknown>): unknown {
  if (known.has(structure)) return known.get(structure);
  if (Array.isArray(structure)) return structure.map((part) => substitute(part, known));
  if (structure && Object.getPrototypeOf(structure) === Object.prototype) {
    return Object.fromEntries(
      Object.entries(structure).map(([key, value]) => [key, substitute(value, known)]),
    );
  }
  return structure;
}

/** Nodes from the inputs to the outputs, each after those that it needs. */
function walkBack(
  inputs: readonly KerasTensor[],
  outputs: readonly KerasTensor[],
): { nodes: LayerNode[]; firstMet: Map<Layer, number> } {
  const nodes: LayerNode[] = [];
  const done = new Set<LayerNode>();
  const firstMet = new Map<Layer, number>();
  const visit = (tensor: KerasTensor): void => {
    const { node } = tensor;
    if (node && done.has(node)) return;
    // A model may begin in the middle of another: what lies before is not its own.
    if (node && node.inputTensors.length > 0 && inputs.includes(tensor)) return;
    if (!node || (node.inputTensors.length === 0 && !inputs.includes(tensor))) {
      throw new GradusError(
        `Model: the outputs need '${node?.layer.name ?? tensor.name}', which is not among the inputs ` +
          `(${inputs.map((input) => input.node?.layer.name ?? input.name).join(', ')})`,
      );
    }
    if (!firstMet.has(node.layer)) firstMet.set(node.layer, firstMet.size);
    done.add(node);
    for (const input of node.inputTensors) visit(input);
    nodes.push(node);
  };
  for (const output of outputs) visit(output);
  return { nodes, firstMet };
}

/** How many steps each node and layer is away from the outputs, at most. */
function depths(nodes: readonly LayerNode[]): {
  nodeDepths: Map<LayerNode, number>;
  layerDepths: Map<Layer, number>;
} {
  const nodeDepths = new Map<LayerNode, number>();
  const layerDepths = new Map<Layer, number>();
  for (const node of nodes.toReversed()) {
    // A shared layer stands where it is first used.
    const depth = Math.max(nodeDepths.get(node) ?? 0, layerDepths.get(node.layer) ?? 0);
    nodeDepths.set(node, depth);
    layerDepths.set(node.layer, depth);
    for (const { node: parent } of node.inputTensors) {
      if (parent) nodeDepths.set(parent, Math.max(depth + 1, nodeDepths.get(parent) ?? 0));
    }
  }
  return { nodeDepths, layerDepths };
}

/** The same computation from inputs of its own: for a model that starts in the middle of another. */
export function rebase(graph: FunctionalGraph): FunctionalGraph {
  const inputs = graph.inputs.map(({ shape, dtype, node, name }) =>
    node && node.inputTensors.length === 0
      ? node.outputs[0]
      : Input({ batchShape: shape, dtype, name: `${node?.layer.name ?? name}_input` }),
  );
  const outputs = graph.run<KerasTensor>(inputs, (node, resolve) =>
    node.layer.apply(resolve(node.inputs) as KerasTensor, resolve(node.options)),
  );
  return new FunctionalGraph(inputs, outputs);
}
