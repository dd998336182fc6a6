import { hdf5 } from '../../formats/index.ts';
import type { Layer } from '../../layers/layer.ts';
import type { Parameter } from '../../ops/index.ts';
import { FormatError, formatShape, sameShape } from '../../tensor/index.ts';
import type { Model } from '../model.ts';
import { type Assignment, assignAll, assignArray, checkAssignment } from './assign-weights.ts';
import { isOldForm, modernWeights, type WeightOrigin } from './old-weights.ts';
import { textsOf } from './texts-of.ts';

/** How weights are matched. */
export interface H5WeightsOptions {
  readonly file: string;
  /** Keras' version as the file's root has it. */
  readonly version?: string;
  readonly byName?: boolean;
  readonly skipMismatch?: boolean;
}

/** A layer of the file that has weights. */
interface SavedLayer {
  readonly name: string;
  readonly datasets: readonly hdf5.Hdf5Dataset[];
}

/** Sets a model's weights from a group that lists them by layers. Gives the names that the file has for them. */
export async function readH5Weights(
  model: Model,
  group: hdf5.Hdf5Group,
  { file, version, byName = false, skipMismatch = false }: H5WeightsOptions,
): Promise<ReadonlyMap<Parameter, string>> {
  const origin = originOf(group, version);
  const saved = await savedLayers(group);
  const pairs = byName ? pairByName(model, saved) : pairAll(model, saved, file);
  const plain: Assignment[] = [];
  const converted: (() => void)[] = [];
  const names = new Map<Parameter, string>();
  const top = await topLevel(model, group, file);
  for (const [layer, { name, datasets }] of [...pairs, ...top]) {
    const weights = weightsOf(layer, model);
    try {
      const shapes = datasets.map(({ shape }) => shape);
      if (isOldForm(origin, layer, shapes)) {
        converted.push(await convertLayer(layer, weights, name, datasets, origin, file));
      } else plain.push(...assignments(layer, weights, name, datasets, file));
      weights.forEach((weight, i) => {
        names.set(weight, savedName(datasets[i], `${group.path}/${name}/`));
      });
    } catch (error) {
      if (!skipMismatch || !(error instanceof FormatError)) throw error;
    }
  }
  await assignAll(plain);
  for (const assign of converted) assign();
  return names;
}

/** The name of a weight inside its layer's group. */
const savedName = (dataset: hdf5.Hdf5Dataset | undefined, group: string): string =>
  dataset?.path.slice(group.startsWith('/') ? group.length - 1 : group.length) ?? '';

/** A layer's weights in the order of the file; of the model itself, its own. */
const weightsOf = (layer: Layer, model: Model): Parameter[] =>
  layer === model ? model.ownWeights : [...layer.trainableWeights, ...layer.nonTrainableWeights];

function originOf({ attributes }: hdf5.Hdf5Group, version?: string): WeightOrigin {
  const found = attributes.get('keras_version') ?? version ?? '1';
  const backend = attributes.get('backend');
  return {
    version: Number.parseInt(String(found), 10) || 1,
    backend: typeof backend === 'string' ? backend : null,
  };
}

async function savedLayers(group: hdf5.Hdf5Group): Promise<SavedLayer[]> {
  const layers: SavedLayer[] = [];
  for (const name of textsOf(group, 'layer_names')) {
    const inside = await group.group(name);
    const datasets: hdf5.Hdf5Dataset[] = [];
    for (const weight of textsOf(inside, 'weight_names'))
      datasets.push(await inside.dataset(weight));
    if (datasets.length) layers.push({ name, datasets });
  }
  return layers;
}

/** Layers of the model that have weights. */
const weighted = (model: Model): Layer[] =>
  model.layers.filter(({ weights }) => weights.length > 0);

/** By name where all names agree, by order otherwise: names count up while a program makes layers. */
function pairAll(model: Model, saved: readonly SavedLayer[], file: string): [Layer, SavedLayer][] {
  const layers = weighted(model);
  if (layers.length !== saved.length) {
    throw new FormatError(
      'the file has weights for another number of layers; byName takes some of them',
      {
        file,
        expected: `${layers.length}: ${some(layers)}`,
        received: `${saved.length}: ${some(saved)}`,
      },
    );
  }
  const byName = new Map(saved.map((layer) => [layer.name, layer]));
  const agree = layers.every(({ name }) => byName.has(name));
  return layers.map((layer, i) => [layer, agree ? byName.get(layer.name)! : saved[i]]);
}

function pairByName(model: Model, saved: readonly SavedLayer[]): [Layer, SavedLayer][] {
  const byName = new Map(weighted(model).map((layer) => [layer.name, layer]));
  return saved.flatMap((layer): [Layer, SavedLayer][] => {
    const found = byName.get(layer.name);
    return found ? [[found, layer]] : [];
  });
}

const some = (layers: readonly { readonly name: string }[]): string =>
  layers
    .slice(0, 4)
    .map(({ name }) => name)
    .join(', ') + (layers.length > 4 ? ', …' : '');

/** Weights that the model has beside those of its layers. */
async function topLevel(
  model: Model,
  group: hdf5.Hdf5Group,
  file: string,
): Promise<[Layer, SavedLayer][]> {
  const name = 'top_level_model_weights';
  const own = model.ownWeights;
  const inside = await group.find(name);
  if (!(inside instanceof hdf5.Hdf5Group)) {
    if (own.length === 0) return [];
    throw new FormatError('the file has no weights of the model itself', { file, expected: name });
  }
  const datasets: hdf5.Hdf5Dataset[] = [];
  for (const weight of textsOf(inside, 'weight_names')) datasets.push(await inside.dataset(weight));
  return own.length || datasets.length ? [[model, { name, datasets }]] : [];
}

function assignments(
  layer: Layer,
  weights: readonly Parameter[],
  name: string,
  datasets: readonly hdf5.Hdf5Dataset[],
  file: string,
): Assignment[] {
  checkCount(layer, weights.length, name, datasets.length, file);
  return weights.map((weight, i) => {
    const assignment = { weight, dataset: datasets[i] };
    checkAssignment(assignment, file);
    return assignment;
  });
}

function checkCount(
  layer: Layer,
  expected: number,
  name: string,
  received: number,
  file: string,
): void {
  if (expected === received) return;
  throw new FormatError(`layer '${layer.name}' has another number of weights in the file`, {
    ...{ file, member: name },
    expected: String(expected),
    received: String(received),
  });
}

/** Reads a layer's weights in an older form; gives what sets them. */
async function convertLayer(
  layer: Layer,
  weights: readonly Parameter[],
  name: string,
  datasets: readonly hdf5.Hdf5Dataset[],
  origin: WeightOrigin,
  file: string,
): Promise<() => void> {
  const arrays = await Promise.all(datasets.map((dataset) => dataset.read()));
  const modern = modernWeights(layer, arrays, origin);
  checkCount(layer, weights.length, name, modern.length, file);
  weights.forEach(({ path, shape }, i) => {
    if (sameShape(shape, modern[i].shape)) return;
    throw new FormatError(`the weight '${path}' has another shape in the file`, {
      ...{ file, member: name },
      expected: formatShape(shape),
      received: formatShape(modern[i].shape),
    });
  });
  return () => {
    weights.forEach((weight, i) => {
      assignArray(weight, modern[i]);
    });
  };
}
