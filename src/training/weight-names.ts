import { Layer } from '../layers/layer.ts';
import type { Parameter } from '../ops/index.ts';
import { Model } from './model.ts';

/**
 * A model's weights by names that files know them by: `conv2d/kernel` for a layer of the model, `backbone/conv2d/kernel` for one
 * of a model inside it, `hidden/kernel` for one that a class keeps in its field `hidden`. They depend on the model alone, not
 * on what else the program made.
 */
export function namedWeights(model: Model): ReadonlyMap<string, Parameter> {
  const names = new Map<string, Parameter>();
  const seen = new Set<Parameter>();
  const add = (name: string, weight: Parameter): void => {
    if (seen.has(weight)) return;
    seen.add(weight);
    let unique = name;
    for (let n = 1; names.has(unique); n++) unique = `${name}_${n}`;
    names.set(unique, weight);
  };
  const visit = (layer: Layer, prefix: string): void => {
    for (const [label, part] of partsOf(layer)) {
      const inside = `${prefix}${label}/`;
      if (part instanceof Model || !isBuiltIn(part)) visit(part, inside);
      else for (const weight of part.weights) add(inside + nameBelow(part, weight), weight);
    }
    for (const weight of layer.weights) add(prefix + weight.name, weight);
  };
  visit(model, '');
  return names;
}

const isBuiltIn = (layer: Layer): boolean => Object.hasOwn(layer.constructor, 'className');

/** Layers inside a layer: of a model's graph by their names, of a class by the fields that hold them. */
function partsOf(layer: Layer): [string, Layer][] {
  const isGraph = layer instanceof Model && (layer.isSequential || layer.graph !== null);
  const parts: [string, Layer][] = isGraph
    ? layer.sublayers().map((part) => [part.name, part])
    : [];
  const known = new Set(parts.map(([, part]) => part));
  for (const [field, value] of Object.entries(layer)) {
    const list = Array.isArray(value) ? value.entries() : ([[null, value]] as const);
    for (const [i, item] of list) {
      if (!(item instanceof Layer) || known.has(item)) continue;
      known.add(item);
      parts.push([i === null ? field : `${field}/${i}`, item]);
    }
  }
  return parts;
}

/** The weight's path inside its layer. */
function nameBelow(layer: Layer, weight: Parameter): string {
  const steps = weight.path.split('/');
  const at = steps.indexOf(layer.name);
  return at < 0 ? weight.name : steps.slice(at + 1).join('/');
}
