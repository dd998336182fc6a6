import {
  type Config,
  camelCaseKeys,
  isPlainObject,
  isSerialized,
  withCustomObjects,
} from '../config/index.ts';
import { deserializeLayer } from '../layers/index.ts';
import type { KerasTensor } from '../layers/keras-tensor.ts';
import type { Layer } from '../layers/layer.ts';
import { tensor } from '../ops/index.ts';
import { asDType, FormatError, type NestedArray } from '../tensor/index.ts';
import { modernLayer } from './files/old-config.ts';
import { Model, type ModelOptions } from './model.ts';
import type { OneOrMany } from './named.ts';
import { Sequential } from './sequential.ts';

/** A layer or model from the form of Keras' files. */
export function layerFromFile(given: unknown, where: string): Layer {
  if (!isSerialized(given)) {
    throw new FormatError(`${where}: expected a layer with class_name and config`, {
      received: JSON.stringify(given)?.slice(0, 60),
    });
  }
  const file = modernLayer(given);
  const layer = withCustomObjects(modelReaders, () => deserializeLayer(file, where));
  const { build_config: build, gradus: metadata } = file;
  if (layer instanceof Model && typeof metadata === 'object' && !Array.isArray(metadata)) {
    layer.metadata = metadata as Model['metadata'];
  }
  if (layer instanceof Model && !layer.built && isPlainObject(build)) {
    layer.buildFromConfig(camelCaseKeys(build));
  }
  return layer;
}

/** Stands for a class of models where layers are read: models are made of parts that are read first. */
const reader = (read: (config: Config) => Model): object =>
  Object.assign(() => {}, { fromConfig: read });

const modelReaders = {
  Functional: reader(functionalFromConfig),
  Model: reader(functionalFromConfig),
  Sequential: reader(sequentialFromConfig),
};

function sequentialFromConfig(config: Config): Model {
  const { layers, build_input_shape: buildShape, name } = config;
  if (!Array.isArray(layers)) throw new FormatError(`Sequential: layers must be a list`);
  const model = new Sequential([], ownOptions(config));
  for (const [i, file] of layers.entries()) model.add(layerFromFile(file, `${name}: layer ${i}`));
  if (!model.built && isShapeOfFile(buildShape)) model.build(buildShape);
  return model;
}

const isShapeOfFile = (shape: unknown): shape is (number | null)[] =>
  Array.isArray(shape) && shape.every((n) => n === null || Number.isInteger(n));

function ownOptions({ name, trainable, dtype }: Config): ModelOptions {
  if (name !== undefined && name !== null && typeof name !== 'string') {
    throw new FormatError('the name of a model must be a string', { received: typeof name });
  }
  return {
    ...(name !== undefined && { name: name as string | null }),
    ...(typeof trainable === 'boolean' && { trainable }),
    ...(dtype !== undefined && dtype !== null && { dtype: dtype as string }),
  };
}

/** A layer of a file's graph and its applications, as far as they are not made yet. */
interface PendingLayer {
  readonly layer: Layer;
  readonly nodes: unknown[];
}

function functionalFromConfig(config: Config): Model {
  const where = String(config.name ?? 'Functional');
  const { layers: files, input_layers: inputs, output_layers: outputs } = config;
  if (!Array.isArray(files)) throw new FormatError(`${where}: layers must be a list`);
  const pending = new Map<string, PendingLayer>();
  for (const [i, file] of files.entries()) {
    const layer = layerFromFile(file, `${where}: layer ${i}`);
    const { name = layer.name, inbound_nodes: nodes } = file as {
      name?: string;
      inbound_nodes?: unknown;
    };
    if (!Array.isArray(nodes))
      throw new FormatError(`${where}: layer '${name}' has no inbound_nodes`);
    if (pending.has(name)) throw new FormatError(`${where}: two layers are called '${name}'`);
    pending.set(name, { layer, nodes: [...nodes] });
  }
  const skipped = skippedNodes([...pending.values()], [inputs, outputs]);
  const find = (place: unknown, offset = 0): KerasTensor | null => {
    const [name, node, index] = checkPlace(where, place);
    const found = pending.get(name);
    if (!found) throw new FormatError(`${where}: there is no layer '${name}' in the file`);
    const shift = skipped
      ? (skipped.get(name) ?? 0)
      : offset && found.layer.constructor === Model
        ? offset
        : 0;
    return found.layer.inboundNodes[node - shift]?.outputs[index] ?? null;
  };
  applyAll(where, [...pending.values()], (place) => find(place));
  const end = (place: unknown): KerasTensor => {
    const tensor = find(place, 1);
    if (tensor) return tensor;
    throw new FormatError(`${where}: ${JSON.stringify(place)} is no output of a layer`);
  };
  return new Model({
    ...ownOptions(config),
    inputs: skipped ? onlyOne(readEnds(inputs, end)) : readEnds(inputs, end),
    outputs: skipped ? onlyOne(readEnds(outputs, end)) : readEnds(outputs, end),
  });
}

/**
 * How many applications files of Keras 2 count before the first that is in the graph: of a model inside it is mostly its
 * own, which only the numbers tell. Null for files of Keras 3.
 */
function skippedNodes(
  pending: readonly PendingLayer[],
  ends: readonly unknown[],
): ReadonlyMap<string, number> | null {
  const nodes = pending.flatMap((layer) => layer.nodes);
  if (nodes.length === 0 || !nodes.every(Array.isArray)) return null;
  const models = new Set(
    pending.filter(({ layer }) => layer instanceof Model).map(({ layer }) => layer.name),
  );
  const least = new Map<string, number>();
  const visit = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    const [name, node] = value;
    if (typeof name === 'string' && models.has(name) && Number.isInteger(node)) {
      least.set(name, Math.min(least.get(name) ?? node, node));
    } else value.forEach(visit);
  };
  visit(nodes);
  visit(ends);
  return least;
}

/** Applies the layers as the file says, each as soon as its inputs are there. */
function applyAll(
  where: string,
  pending: readonly PendingLayer[],
  find: (place: unknown) => KerasTensor | null,
): void {
  let left = pending.reduce((sum, { nodes }) => sum + nodes.length, 0);
  while (left > 0) {
    const before = left;
    for (const { layer, nodes } of pending) {
      while (nodes.length && applyNode(layer, nodes[0], find)) {
        nodes.shift();
        left--;
      }
    }
    if (left < before) continue;
    const stuck = pending.filter(({ nodes }) => nodes.length).map(({ layer }) => layer.name);
    throw new FormatError(
      `${where}: the graph has a loop or a missing link at ${stuck.join(', ')}`,
    );
  }
}

/** Applies a layer once; false where an input is not there yet. */
function applyNode(
  layer: Layer,
  node: unknown,
  find: (place: unknown) => KerasTensor | null,
): boolean {
  let complete = true;
  const readValue = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(readValue);
    if (isSerialized(value) && value.class_name === '__keras_tensor__') {
      const tensor = find(value.config.keras_history);
      complete &&= tensor !== null;
      return tensor;
    }
    if (isSerialized(value) && value.class_name === '__numpy__') {
      return tensor(value.config.value as NestedArray, {
        dtype: asDType(String(value.config.dtype)),
      });
    }
    return value;
  };
  const { args, kwargs } = isPlainObject(node) ? node : oldNode(node);
  const inputs = readValue(args) as unknown[];
  const { mask, ...options } = camelCaseKeys(readValueOfObject(kwargs, readValue));
  if (!complete) return false;
  const extra = mask === null || mask === undefined ? options : { ...options, mask };
  if (!Array.isArray(inputs) || inputs.length === 0) {
    throw new FormatError(`layer '${layer.name}' is applied to nothing`);
  }
  layer.apply((inputs.length === 1 ? inputs[0] : inputs) as KerasTensor, extra);
  return true;
}

const readValueOfObject = (object: unknown, read: (value: unknown) => unknown): Config =>
  isPlainObject(object)
    ? Object.fromEntries(Object.entries(object).map(([key, value]) => [key, read(value)]))
    : {};

/** An application as files of Keras 2 have it: a list of places, `[layer, node, index, kwargs]`. */
function oldNode(node: unknown): { args: unknown; kwargs: unknown } {
  if (!Array.isArray(node)) throw new FormatError('an inbound node must be an object or a list');
  const places = typeof node[0] === 'string' ? [node] : node;
  const tensors = places.map(oldValue);
  const options = Array.isArray(places[0]) ? (places[0] as unknown[])[3] : undefined;
  const kwargs = isPlainObject(options)
    ? Object.fromEntries(Object.entries(options).map(([key, value]) => [key, oldOption(value)]))
    : undefined;
  return { args: [tensors.length === 1 ? tensors[0] : tensors], kwargs };
}

const constantMark = '_CONSTANT_VALUE';

/** What stands at a place: a tensor of the graph, or a value that was written out. */
function oldValue(place: unknown): unknown {
  if (Array.isArray(place) && place[0] === constantMark) return place[2];
  return {
    class_name: '__keras_tensor__',
    config: { keras_history: Array.isArray(place) ? place.slice(0, 3) : place },
  };
}

/** An option of a call: places look like lists of a name and two numbers. */
function oldOption(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const [name, node, index] = value;
  const isPlace = typeof name === 'string' && Number.isInteger(node);
  if (isPlace && (Number.isInteger(index) || name === constantMark)) return oldValue(value);
  return value.map(oldOption);
}

function checkPlace(where: string, place: unknown): [string, number, number] {
  if (Array.isArray(place) && place.length >= 3) {
    const [name, node, index] = place;
    if (typeof name === 'string' && Number.isInteger(node) && Number.isInteger(index)) {
      return [name, node, index];
    }
  }
  throw new FormatError(`${where}: expected [layer, node, index]`, {
    received: JSON.stringify(place)?.slice(0, 60),
  });
}

/** Keras 2 took a list of one for the one. */
const onlyOne = (ends: OneOrMany<KerasTensor>): OneOrMany<KerasTensor> =>
  Array.isArray(ends) && ends.length === 1 ? ends[0] : ends;

/** One place, a list of places, or an object of them by name. */
function readEnds(ends: unknown, end: (place: unknown) => KerasTensor): OneOrMany<KerasTensor> {
  if (isPlainObject(ends)) {
    return Object.fromEntries(Object.entries(ends).map(([name, place]) => [name, end(place)]));
  }
  if (Array.isArray(ends) && typeof ends[0] !== 'string') return ends.map(end);
  return end(ends);
}
