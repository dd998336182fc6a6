import { BatchNormalization, type KerasTensor, type LayerNode } from '../layers/index.ts';
import { ValueError } from '../tensor/index.ts';
import type { Model } from '../training/index.ts';

/** A network in two parts: what stays as it is, and what learns. */
export interface ModelCut {
  /** Where the second part begins: the only tensor that it takes from the first. */
  readonly at: KerasTensor;
  /** Names of the layers that learn; normalizations are not among them. */
  readonly learning: readonly string[];
}

/**
 * Where to cut a base so that its top learns: the last `which` layers with weights, or the layer of that name and all behind it.
 * Batch normalizations go on with the averages that they have, so they are not counted. Throws a ValueError for a layer that is
 * not there or a number too large.
 */
export function cutForTop(base: Model, which: number | string): ModelCut {
  const nodes = [...(base.graph?.nodes ?? [])];
  const weighty = ({ layer }: LayerNode): boolean =>
    layer.weights.length > 0 && !(layer instanceof BatchNormalization);
  const candidates = nodes.filter(weighty);
  const learning =
    typeof which === 'string'
      ? nodes.slice(startOf(base, nodes, which)).filter(weighty)
      : candidates.slice(-which);
  if (typeof which === 'number') {
    const good = Number.isSafeInteger(which) && which >= 1 && which <= candidates.length;
    if (!good) {
      throw new ValueError(
        `unfreeze must be from 1 to ${candidates.length}, the number of ${base.name}'s layers with weights, ` +
          `or a layer's name, received ${which}`,
      );
    }
  }
  if (learning.length === 0) {
    throw new ValueError(`unfreeze: there are no weights from layer '${which}' on`);
  }
  const first = nodes.indexOf(learning[0]);
  return { at: narrowestBefore(nodes, first), learning: learning.map(({ layer }) => layer.name) };
}

function startOf(base: Model, nodes: readonly LayerNode[], name: string): number {
  const found = nodes.findIndex(({ layer }) => layer.name === name);
  if (found >= 0) return found;
  const names = nodes
    .filter(({ layer }) => layer.weights.length > 0)
    .map(({ layer }) => layer.name);
  throw new ValueError(
    `unfreeze: ${base.name} has no layer '${name}'; its last ones are ${names.slice(-12).join(', ')}`,
  );
}

/** The last tensor before a node that all behind it is computed from: not inside a branch. */
function narrowestBefore(nodes: readonly LayerNode[], first: number): KerasTensor {
  const place = new Map(nodes.flatMap((node, i) => node.outputs.map((output) => [output, i])));
  for (let at = first - 1; at > 0; at--) {
    const [output, ...more] = nodes[at].outputs;
    const isNarrow = nodes
      .slice(at + 1)
      .every(({ inputTensors }) =>
        inputTensors.every((input) => input === output || (place.get(input) as number) > at),
      );
    if (isNarrow && more.length === 0) return output;
  }
  return nodes[0].outputs[0];
}
