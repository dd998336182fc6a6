import { type FileArray, toHostArray } from '../../formats/file-array.ts';
import { hdf5 } from '../../formats/index.ts';
import { Lookup } from '../../layers/lookup.ts';
import { TextVectorization } from '../../layers/text-vectorization.ts';
import type { Parameter } from '../../ops/index.ts';
import { FormatError, ValueError } from '../../tensor/index.ts';
import type { Model } from '../model.ts';
import { readAll } from '../save.ts';
import { type Assignment, assignAll, checkAssignment } from './assign-weights.ts';
import { type LayerState, layerStates } from './keras-state.ts';

/** What is left alone where it does not fit. */
export interface WeightsOptions {
  readonly file: string;
  /** Layers whose weights have other shapes keep theirs. */
  readonly skipMismatch?: boolean;
}

/** Weights under a path, by number; none where the file has no such group. */
async function numbered(root: hdf5.Hdf5Group, path: string): Promise<hdf5.Hdf5Group | undefined> {
  const steps = path.split('/');
  // Files of Keras 2.13 have another name for the layers; private fields had their underscore in early versions.
  const places = [
    path,
    path.replaceAll('layers', '_layer_checkpoint_dependencies'),
    [...steps.slice(0, -1), `_${steps.at(-1)}`].join('/'),
  ];
  for (const place of places) {
    const found = await root.find(place ? `${place}/vars` : 'vars');
    if (found instanceof hdf5.Hdf5Group && found.names.length) return found;
  }
  return undefined;
}

/** Sets all weights of a model from a file in Keras 3's layout: `layers/dense/vars/0`. */
export async function readWeights(
  model: Model,
  root: hdf5.Hdf5Group,
  { file, skipMismatch = false }: WeightsOptions,
): Promise<void> {
  const assignments: Assignment[] = [];
  for (const state of layerStates(model)) {
    const group = await numbered(root, state.path);
    if (hasFrequencies(state.layer)) await readFrequencies(state, group, file);
    else {
      const found = await assignmentsOf(state, group, file, skipMismatch);
      assignments.push(...found);
    }
  }
  await assignAll(assignments);
}

async function assignmentsOf(
  { layer, path, weights }: LayerState,
  group: hdf5.Hdf5Group | undefined,
  file: string,
  skipMismatch: boolean,
): Promise<Assignment[]> {
  const names = group?.names ?? [];
  try {
    if (names.length !== weights.length) {
      throw new FormatError(`layer '${layer.name}' has another number of weights in the file`, {
        file,
        member: `${path}/vars`,
        expected: String(weights.length),
        received: String(names.length),
      });
    }
    const assignments: Assignment[] = [];
    for (const [i, weight] of weights.entries()) {
      const assignment = { weight, dataset: await group!.dataset(String(i)) };
      checkAssignment(assignment, file);
      assignments.push(assignment);
    }
    return assignments;
  } catch (error) {
    if (skipMismatch && error instanceof FormatError) return [];
    throw error;
  }
}

/** Layers that keep the weights of words, which are no weights of the model. */
type WithFrequencies = Lookup | TextVectorization;

const hasFrequencies = (layer: unknown): layer is WithFrequencies =>
  layer instanceof Lookup || layer instanceof TextVectorization;

async function readFrequencies(
  { layer }: LayerState,
  group: hdf5.Hdf5Group | undefined,
  file: string,
): Promise<void> {
  const words = layer as WithFrequencies;
  if (words.outputMode !== 'tf_idf' || !group?.has('idf_weights')) return;
  const { data } = toHostArray(await (await group.dataset('idf_weights')).read());
  const unknown = words.getVocabulary().length - words.getVocabulary(false).length;
  const values = Array.from(data as Float32Array);
  const own = values.slice(unknown);
  if (own.length !== words.getVocabulary(false).length) {
    throw new FormatError(`layer '${layer.name}' has another number of words in the file`, {
      file,
      received: String(values.length),
    });
  }
  words.setVocabulary(words.getVocabulary(false) as string[], own);
}

/** Sets the optimizer of a compiled model, where the file has its state; `whereItFits` leaves another optimizer alone. */
export async function readOptimizer(
  model: Model,
  root: hdf5.Hdf5Group,
  file: string,
  { whereItFits = false } = {},
): Promise<void> {
  const group = await root.find('optimizer/vars');
  if (!model.compiled || !(group instanceof hdf5.Hdf5Group) || group.names.length === 0) return;
  const { optimizer } = model;
  optimizer.build(model.trainableWeights);
  const { variables } = optimizer;
  if (group.names.length !== variables.length) {
    if (whereItFits) return;
    throw new FormatError(`the state of the optimizer '${optimizer.name}' does not fit the model`, {
      file,
      member: 'optimizer/vars',
      expected: `${variables.length} values, or { compile: false }`,
      received: String(group.names.length),
    });
  }
  const assignments: Assignment[] = [];
  for (const [i, weight] of variables.entries()) {
    const assignment = { weight, dataset: await group.dataset(String(i)) };
    checkAssignment(assignment, file);
    assignments.push(assignment);
  }
  await assignAll(assignments);
}

/**
 * Weights, and the optimizer's state where there is one, as an HDF5 file in Keras 3's layout; `besides` are more tensors by
 * their paths.
 */
export async function encodeWeights(
  model: Model,
  besides: ReadonlyMap<string, Parameter> = new Map(),
): Promise<Generator<Uint8Array>> {
  if (!model.built) {
    throw new ValueError(
      `saveWeights: model '${model.name}' has no weights yet; build(inputShape), call or train it first`,
    );
  }
  const names: [string, { name: string }][] = [];
  const variables = new Map<string, Parameter>(besides);
  const frequencies: [string, hdf5.DatasetInput][] = [];
  for (const { layer, path, weights } of layerStates(model)) {
    const place = path ? `${path}/vars` : 'vars';
    names.push([place, { name: layer.name }]);
    weights.forEach((weight, i) => {
      variables.set(`${place}/${i}`, weight);
    });
    const idf = hasFrequencies(layer) ? frequenciesOf(layer) : null;
    if (idf) frequencies.push([`${place}/idf_weights`, { array: idf }]);
  }
  if (model.compiled && model.optimizer.built) {
    const { optimizer } = model;
    names.push(['optimizer/vars', { name: optimizer.name }]);
    optimizer.variables.forEach((variable, i) => {
      variables.set(`optimizer/vars/${i}`, variable);
    });
  }
  const arrays = await readAll(variables);
  const datasets = [
    ...arrays.map(([path, array]) => [path, datasetOf(array)] as const),
    ...frequencies,
  ];
  return hdf5.encodePieces(hdf5.groupsOf(datasets, names));
}

/** Keras marks bfloat16, which HDF5 does not know. */
export const datasetOf = (array: FileArray): hdf5.DatasetInput =>
  array.dtype === 'bfloat16' ? { array, attributes: { dtype: 'bfloat16' } } : { array };

/** What the words of a layer weigh, unknown ones first, which weigh the mean of the others. */
function frequenciesOf(layer: WithFrequencies): FileArray | null {
  const { idfWeights, outputMode } = layer;
  if (outputMode !== 'tf_idf' || !idfWeights) return null;
  const unknown = layer.getVocabulary().length - idfWeights.length;
  const mean = idfWeights.reduce((a, b) => a + b, 0) / Math.max(1, idfWeights.length);
  const data = Float32Array.from([...new Array<number>(unknown).fill(mean), ...idfWeights]);
  return { dtype: 'float32', shape: [data.length], data };
}
