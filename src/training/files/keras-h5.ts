import { isPlainObject, withCustomObjects } from '../../config/index.ts';
import { hdf5, parseJson } from '../../formats/index.ts';
import type { Layer } from '../../layers/layer.ts';
import type { Parameter } from '../../ops/index.ts';
import { FormatError, ValueError } from '../../tensor/index.ts';
import { compileConfig, compileFromConfig } from '../compile-config.ts';
import type { Model } from '../model.ts';
import { readAll } from '../save.ts';
import { readTrainingState } from '../training-state.ts';
import { layerToFile } from '../write-architecture.ts';
import { readH5Weights } from './keras-h5-weights.ts';
import { kerasVersion } from './keras-version.ts';
import { datasetOf, encodeWeights, readOptimizer, readWeights } from './keras-weights.ts';
import { blameFile, type ModelFormat, makeModel } from './model-file.ts';
import { isBefore3, modernTraining, withOldMeanings } from './old-config.ts';
import { oldLayer, oldTraining } from './old-form.ts';
import type { OpenSource } from './open-source.ts';
import { readOptimizerWeights } from './optimizer-weights.ts';
import { readRunningMetrics, runningMetrics } from './running-metrics.ts';
import { textAttributes, textsOf } from './texts-of.ts';

const stateAttribute = 'gradus_training';
const metadataAttribute = 'gradus_metadata';

function textOf({ attributes }: hdf5.Hdf5Group, name: string): string | undefined {
  const value = attributes.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** Whether a file lists weights by layers, as Keras did before version 3. */
const isByLayers = (group: hdf5.Hdf5Group): boolean =>
  textsOf(group, 'layer_names').length > 0 || group.attributes.has('layer_names');

const openRoot = (source: OpenSource, maxBytes: number): Promise<hdf5.Hdf5Group> =>
  hdf5.open(source, { file: source.name, maxBytes });

/** HDF5 files of Keras: whole models, weights by layers, and the weights files of version 3. */
export const kerasH5: ModelFormat = {
  async loadModel(source, { customObjects, compile, maxBytes }) {
    const file = source.name;
    const root = await openRoot(source, maxBytes);
    const json = textOf(root, 'model_config');
    if (json === undefined) {
      throw new FormatError('the file holds no model; if it holds weights, use model.loadWeights', {
        file,
        expected: 'the attribute model_config',
      });
    }
    const parsed = parseJson(json, { file, member: 'model_config' });
    const version = textOf(root, 'keras_version');
    const config = isBefore3(version) ? withOldMeanings(parsed) : parsed;
    const model = makeModel(config, file, { customObjects, maxBytes, blank: true });
    const weights = await root.find('model_weights');
    if (!(weights instanceof hdf5.Hdf5Group)) {
      throw new FormatError('the file holds no weights', {
        file,
        expected: 'a group model_weights',
      });
    }
    const names = await readH5Weights(model, weights, { file, version });
    const training = textOf(root, 'training_config');
    if (compile && training !== undefined) {
      compileModel(
        model,
        parseJson(training, { file, member: 'training_config' }),
        file,
        customObjects,
      );
      const state = await root.find('optimizer_weights');
      if (state instanceof hdf5.Hdf5Group) {
        await readOptimizerWeights(model, state, { file, names });
      }
      await readRunningMetrics(model, root);
    }
    const own = textOf(root, stateAttribute);
    const state = own === undefined ? undefined : parseJson(own, { file, member: stateAttribute });
    model.trainingState = readTrainingState(state, file);
    const besides = textOf(root, metadataAttribute);
    if (besides !== undefined) {
      const metadata = parseJson(besides, { file, member: metadataAttribute });
      if (!isPlainObject(metadata)) {
        throw new FormatError('it must be an object', { file, member: metadataAttribute });
      }
      model.metadata = metadata;
    }
    return model;
  },

  async loadWeights(model, source, { maxBytes, byName, skipMismatch }) {
    const file = source.name;
    const root = await openRoot(source, maxBytes);
    const inside = root.has('model_weights') ? await root.group('model_weights') : root;
    if (isByLayers(inside)) {
      const version = textOf(root, 'keras_version');
      await readH5Weights(model, inside, { file, version, byName, skipMismatch });
    } else if (byName) {
      throw new ValueError(
        `loadWeights: ${file} numbers its weights and knows no names of layers; leave out byName`,
      );
    } else {
      await readWeights(model, root, { file, skipMismatch });
      await readOptimizer(model, root, file, { whereItFits: true });
    }
  },

  async encodeModel(model) {
    const compile = compileConfig(model);
    const { class_name, config } = oldLayer(layerToFile(model));
    const state = JSON.stringify(model.trainingState);
    const head = {
      keras_version: kerasVersion,
      backend: 'tensorflow',
      model_config: JSON.stringify({ class_name, config }),
      ...(compile && { training_config: JSON.stringify(oldTraining(compile)) }),
      [stateAttribute]: state,
      ...(model.metadata && { [metadataAttribute]: JSON.stringify(model.metadata) }),
    };
    const { optimizer } = model.compiled ? model : { optimizer: null };
    const groups = groupsByLayer(model, 'model_weights/');
    if (optimizer?.built) groups.push(groupOf('optimizer_weights', optimizer.variables));
    const names = layerNames(model, 'model_weights');
    return encodeGroups(groups, [['', head], ...names], runningMetrics(model));
  },

  async encodeWeights(model) {
    return encodeGroups(groupsByLayer(model, ''), layerNames(model, ''));
  },
};

/** Weights files of Keras 3 (.weights.h5). */
export const kerasWeightsH5: ModelFormat = { encodeWeights };

function compileModel(
  model: Model,
  training: unknown,
  file: string,
  customObjects: Readonly<Record<string, unknown>>,
): void {
  if (!isPlainObject(training)) {
    throw new FormatError('the training config must be an object', {
      file,
      member: 'training_config',
    });
  }
  blameFile(file, () =>
    withCustomObjects(customObjects, () => compileFromConfig(model, modernTraining(training))),
  );
}

/** Weights that stand in one group, by path. */
interface WeightGroup {
  readonly path: string;
  readonly weights: ReadonlyMap<string, Parameter>;
}

function groupOf(path: string, weights: readonly Parameter[]): WeightGroup {
  const named = new Map<string, Parameter>();
  for (const weight of weights) {
    let name = weight.path;
    for (let n = 1; named.has(name); n++) name = `${weight.path}_${n}`;
    named.set(name, weight);
  }
  return { path, weights: named };
}

/** A layer's weights in the order of .h5 files. */
export const h5WeightsOf = (layer: Layer): Parameter[] => [
  ...layer.trainableWeights,
  ...layer.nonTrainableWeights,
];

const topLevel = 'top_level_model_weights';

const groupsByLayer = (model: Model, prefix: string): WeightGroup[] => [
  ...model.layers.map((layer) => groupOf(prefix + layer.name, h5WeightsOf(layer))),
  groupOf(prefix + topLevel, model.ownWeights),
];

const layerNames = (model: Model, path: string): [string, Record<string, string | string[]>][] => [
  [
    path,
    {
      ...textAttributes(
        'layer_names',
        model.layers.map(({ name }) => name),
      ),
      backend: 'tensorflow',
      keras_version: kerasVersion,
    },
  ],
];

async function encodeGroups(
  groups: readonly WeightGroup[],
  attributes: readonly (readonly [string, Record<string, string | string[]>])[],
  besides: ReadonlyMap<string, Parameter> = new Map(),
): Promise<Generator<Uint8Array>> {
  const variables = new Map<string, Parameter>(besides);
  const names: (readonly [string, Record<string, string | string[]>])[] = [];
  for (const { path, weights } of groups) {
    names.push([path, textAttributes('weight_names', [...weights.keys()])]);
    for (const [name, weight] of weights) variables.set(`${path}/${name}`, weight);
  }
  const arrays = await readAll(variables);
  const datasets = arrays.map(([path, array]) => [path, datasetOf(array)] as const);
  return hdf5.encodePieces(hdf5.groupsOf(datasets, [...attributes, ...names]));
}
