import { instanceName, toSnakeCase } from '../../config/index.ts';
import { InputLayer } from '../../layers/input-layer.ts';
import { Layer } from '../../layers/layer.ts';
import type { Parameter } from '../../ops/index.ts';
import { Model } from '../model.ts';
import { innerName } from './keras-classes.ts';

/** A layer with the place that Keras 3 gives to its weights: `layers/bidirectional/forward_layer/cell`. */
export interface LayerState {
  readonly layer: Layer;
  /** '' for the model itself. */
  readonly path: string;
  /** The layer's own weights, in the order of their numbers in the file. */
  readonly weights: readonly Parameter[];
}

/**
 * Layers of a model by the paths of `.weights.h5` files. As Keras walks: the layers of a Sequential or functional model
 * first, named by their classes (`dense`, `dense_1`), then what fields hold, by the fields' names; a layer that was met
 * before is not met again.
 */
export function layerStates(model: Model): LayerState[] {
  const states: LayerState[] = [];
  const seen = new Set<Layer>();
  const visit = (layer: Layer, path: string): void => {
    if (seen.has(layer)) return;
    seen.add(layer);
    states.push({ layer, path, weights: layer.ownWeights });
    const inside = (name: string): string => (path ? `${path}/${name}` : name);
    if (layer instanceof Model && layer.graph) visitAll(layersOf(layer), inside('layers'), visit);
    for (const [field, value] of fieldsOf(layer)) {
      const name = inside(`${hidden.includes(layer.className) ? '_' : ''}${toSnakeCase(field)}`);
      if (value instanceof Layer) visit(value, name);
      else visitAll(value, name, visit);
    }
  };
  visit(model, '');
  return states;
}

/** Classes whose parts have names with an underscore in Keras. */
const hidden = ['GroupQueryAttention'];

/** Layers as Keras counts them: a Sequential does not count where its data enter. */
const layersOf = (model: Model): readonly Layer[] =>
  model.isSequential
    ? model.layers.filter((layer) => !(layer instanceof InputLayer))
    : (model.graph?.layers ?? []);

function visitAll(
  layers: readonly Layer[],
  path: string,
  visit: (layer: Layer, path: string) => void,
): void {
  const counts = new Map<string, number>();
  for (const layer of layers) {
    const name = instanceName(innerName(layer.className));
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    visit(layer, `${path}/${count ? `${name}_${count}` : name}`);
  }
}

/** Fields that hold layers, by name. */
function fieldsOf(layer: Layer): [string, Layer | readonly Layer[]][] {
  const fields: [string, Layer | readonly Layer[]][] = [];
  for (const [name, value] of Object.entries(layer)) {
    if (value instanceof Layer) fields.push([name, value]);
    else if (Array.isArray(value)) {
      const list = value.filter((item): item is Layer => item instanceof Layer);
      if (list.length) fields.push([name, list]);
    }
  }
  return fields.sort(([a], [b]) => (a < b ? -1 : 1));
}
