import { joinPath, writeFileAtomic } from '#platform';
import { tfjs } from '../../formats/index.ts';
import { ValueError } from '../../tensor/index.ts';
import { compileConfig } from '../compile-config.ts';
import type { Model } from '../model.ts';
import { readAll } from '../save.ts';
import { layerToFile } from '../write-architecture.ts';
import { toTfjsConfig } from './tfjs-config.ts';
import { toTfjsTraining } from './tfjs-training.ts';
import { tfjsWeights } from './tfjs-weights.ts';

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

/** Writes a model for TensorFlow.js: the file that is named, which must end in .json, and the weights beside it. */
export async function saveTfjs(model: Model, path: string | URL): Promise<void> {
  const { 'model.json': json, ...weights } = Object.fromEntries(await tfjsFiles(model));
  // The file that tells of the others comes last.
  for (const [name, bytes] of Object.entries(weights)) {
    await writeFileAtomic(joinPath(path, '..', name), bytes);
  }
  await writeFileAtomic(path, json);
}
