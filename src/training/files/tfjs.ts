import { withCustomObjects } from '../../config/index.ts';
import { isJsonObject, tfjs } from '../../formats/index.ts';
import { FormatError, formatShape, sameShape, ValueError } from '../../tensor/index.ts';
import { compileConfig, compileFromConfig } from '../compile-config.ts';
import type { Model } from '../model.ts';
import { readAll } from '../saved-training.ts';
import { layerToFile } from '../write-architecture.ts';
import { assignArray } from './assign-weights.ts';
import { blameFile, type ModelFormat, makeModel, type ReadModelOptions } from './model-file.ts';
import { modernTraining } from './old-config.ts';
import type { OpenSource } from './open-source.ts';
import { fromTfjsConfig, toTfjsConfig } from './tfjs-config.ts';
import { toTfjsTraining } from './tfjs-training.ts';
import { matchWeights, type TfjsWeight, tfjsWeights } from './tfjs-weights.ts';

/**
 * A model as the files that `tf.loadLayersModel` of TensorFlow.js reads: `model.json` and the weights beside it, by name.
 * What TensorFlow.js cannot compute is a ValueError; the optimizer's state stays behind.
 */
export async function tfjsFiles(model: Model): Promise<Map<string, Uint8Array>> {
  if (!model.built) {
    throw new ValueError(
      `save: model '${model.name}' has no weights yet; build(inputShape), call or train it first`,
    );
  }
  const topology = toTfjsConfig(layerToFile(model));
  const compile = compileConfig(model);
  const weights = new Map(tfjsWeights(model).map(({ names, weight }) => [names[0], weight]));
  return tfjs.encode(await readAll(weights), {
    topology: { ...topology, keras_version: 'tfjs-layers 4.22.0', backend: 'tensor_flow.js' },
    trainingConfig: compile ? toTfjsTraining(compile) : null,
  });
}

/** Opens a file whose weights are a model's; a graph is a program for TensorFlow.js alone. */
async function openWeights(
  source: OpenSource,
  { found, maxBytes }: Pick<ReadModelOptions, 'found' | 'maxBytes'>,
): Promise<tfjs.TfjsFile> {
  const file = await tfjs.open(found.json!, source.openBeside, { file: source.name, maxBytes });
  if (file.format !== 'graph-model') return file;
  throw new FormatError(
    'the file holds a graph for TensorFlow.js, not layers; convert the Keras model to layers-model instead, or read its ' +
      'tensors with loadTensors',
    { file: source.name },
  );
}

async function readWeights(
  weights: readonly TfjsWeight[],
  file: tfjs.TfjsFile,
  name: string,
  { skipMismatch = false, anyNames = false } = {},
): Promise<void> {
  const entries = [...file.entries.values()].filter((entry) => !entry.ofOptimizer);
  const known = new Set(weights.flatMap(({ names }) => names));
  const isInOrder =
    anyNames &&
    entries.some((entry) => !known.has(entry.name)) &&
    entries.length === weights.length &&
    entries.every(({ shape }, i) => sameShape(shape, weights[i].weight.shape));
  const matched = isInOrder
    ? new Map(entries.map((entry, i) => [entry.name, weights[i].weight]))
    : matchWeights(
        weights,
        entries.map((entry) => entry.name),
        name,
      );
  for (const [member, weight] of matched) {
    const { shape } = file.entries.get(member)!;
    if (sameShape(shape, weight.shape)) continue;
    if (skipMismatch) matched.delete(member);
    else {
      const [expected, received] = [formatShape(weight.shape), formatShape(shape)];
      const where = { file: name, member, expected, received };
      throw new FormatError(`the weight '${weight.path}' has another shape in the file`, where);
    }
  }
  for (const [member, weight] of matched) assignArray(weight, await file.read(member));
}

/** Models of TensorFlow.js: a model.json with files of weights beside it. The optimizer's state is not read. */
export const tfjsFormat: ModelFormat = {
  async loadModel(source, { found, customObjects, compile, maxBytes }) {
    const name = source.name;
    const file = await openWeights(source, { found, maxBytes });
    if (!file.topology) {
      throw new FormatError('the file holds weights but no model; use model.loadWeights', {
        file: name,
      });
    }
    const model = makeModel(fromTfjsConfig(file.topology), name, {
      customObjects,
      maxBytes,
      blank: true,
    });
    await readWeights(tfjsWeights(model), file, name);
    const training = file.trainingConfig;
    if (compile && isJsonObject(training)) {
      blameFile(name, () =>
        withCustomObjects(customObjects, () => compileFromConfig(model, modernTraining(training))),
      );
    }
    return model;
  },

  async loadWeights(model, source, { found, maxBytes, byName, skipMismatch }) {
    const file = await openWeights(source, { found, maxBytes });
    const weights = tfjsWeights(model).filter(
      ({ names }) => !byName || names.some((name) => file.entries.has(name)),
    );
    // Layers of the same model, made again, have other names.
    await readWeights(weights, file, source.name, { skipMismatch, anyNames: !byName });
  },

  encodeFiles: tfjsFiles,
};
