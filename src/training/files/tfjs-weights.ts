import type { Layer } from '../../layers/layer.ts';
import type { Parameter } from '../../ops/index.ts';
import { FormatError } from '../../tensor/index.ts';
import { Model } from '../model.ts';

/** A weight with the names that a file of TensorFlow.js may have for it, the one that is written first. */
export interface TfjsWeight {
  readonly weight: Parameter;
  readonly names: readonly string[];
}

/** A model's weights in order, by the names `layer/weight` that TensorFlow.js gives. */
export function tfjsWeights(model: Model): TfjsWeight[] {
  const found: TfjsWeight[] = [];
  const seen = new Set<Parameter>();
  const visit = (layer: Layer, prefix: string): void => {
    if (layer instanceof Model) {
      for (const part of layer.layers) visit(part, `${prefix}${layer.name}/`);
      return;
    }
    for (const weight of layer.weights) {
      if (seen.has(weight)) continue;
      seen.add(weight);
      found.push({ weight, names: namesOf(layer, weight, prefix) });
    }
  };
  for (const part of model.layers) visit(part, '');
  return found;
}

function namesOf(layer: Layer, { path, name }: Parameter, prefix: string): string[] {
  const steps = path.split('/');
  const at = steps.indexOf(layer.name);
  const below = at < 0 ? [name] : steps.slice(at + 1);
  if (layer.className === 'DepthwiseConv2D' && below[0] === 'kernel') below[0] = 'depthwise_kernel';
  const full = [layer.name, ...below].join('/');
  // TensorFlow.js leaves out what lies between a layer and its weight: a cell, the layer that a wrapper repeats.
  const short = [layer.name, ...below.slice(0, -2), ...below.slice(-1)].join('/');
  const old = below[0] === 'depthwise_kernel' && below.length === 1 ? [`${layer.name}/kernel`] : [];
  return [...new Set([short, full, ...old, prefix + short, prefix + full])];
}

/** Finds each weight's name among those of a file; a FormatError names what is missing or left over. */
export function matchWeights(
  weights: readonly TfjsWeight[],
  names: Iterable<string>,
  file: string,
): Map<string, Parameter> {
  const free = new Set(names);
  const count = free.size;
  const matched = new Map<string, Parameter>();
  const missing: string[] = [];
  for (const { weight, names } of weights) {
    const found = names.find((name) => free.has(name));
    if (found === undefined) missing.push(names[0]);
    else {
      free.delete(found);
      matched.set(found, weight);
    }
  }
  if (missing.length === 0 && free.size === 0) return matched;
  throw new FormatError('the weights do not fit the model', {
    file,
    expected: missing.length ? `also ${some(missing)}` : `${weights.length} tensors`,
    received: free.size ? some([...free]) : `${count} tensors`,
  });
}

const some = (names: readonly string[]): string =>
  names.slice(0, 4).join(', ') + (names.length > 4 ? ` and ${names.length - 4} more` : '');
