import type { Layer } from '../layers/layer.ts';
import type { Parameter } from '../ops/index.ts';
import { Model } from './model.ts';

/**
 * A model's weights by names that files know them by: `conv2d/kernel`, and `backbone/conv2d/kernel` for models inside the
 * model. They depend on the model alone, not on what else the program made.
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
    for (const part of layer.sublayers()) {
      if (part instanceof Model) visit(part, `${prefix}${part.name}/`);
      else for (const weight of part.weights) add(prefix + nameBelow(part, weight), weight);
    }
    for (const weight of layer.weights) add(prefix + weight.name, weight);
  };
  visit(model, '');
  return names;
}

/** The weight's path from its layer on. */
function nameBelow(layer: Layer, weight: Parameter): string {
  const steps = weight.path.split('/');
  const at = steps.indexOf(layer.name);
  return at < 0 ? `${layer.name}/${weight.name}` : steps.slice(at).join('/');
}
