import { defaultMaxBytes, joinPath, writeFileAtomic } from '#platform';
import { parseJson } from '../formats/json.ts';
import { checkOptions } from './check-options.ts';
import { identify } from './files/identify.ts';
import { makeModel } from './files/model-file.ts';
import { readerOf, writerOf } from './files/model-formats.ts';
import { type ModelSource, openSource } from './files/open-source.ts';
import type { LoadOptions, LoadWeightsOptions } from './load-options.ts';
import type { Model } from './model.ts';
import { requireBuilt } from './saved-training.ts';

export type { LoadOptions, LoadWeightsOptions } from './load-options.ts';
export { modelFromBytes, modelToBytes, readAll, toTensor } from './saved-training.ts';

/** Writes a model to a file, first under another name: nobody ever sees half of it. */
export async function saveModel(model: Model, path: string | URL): Promise<void> {
  const writer = writerOf(path, 'encodeModel', 'save');
  requireBuilt('save', model);
  if (writer.encodeFiles) {
    const [main, ...others] = await writer.encodeFiles(model);
    // The file that tells of the others comes last.
    for (const [name, bytes] of others) await writeFileAtomic(joinPath(path, '..', name), bytes);
    await writeFileAtomic(path, main[1]);
  } else await writeFileAtomic(path, await writer.encodeModel!(model));
}

/** Writes the weights alone. */
export async function saveWeights(model: Model, path: string | URL): Promise<void> {
  const writer = writerOf(path, 'encodeWeights', 'saveWeights');
  requireBuilt('saveWeights', model);
  await writeFileAtomic(path, await writer.encodeWeights!(model));
}

/**
 * Reads a model: one that `model.save` wrote, Keras' .keras and .h5 of any version, Keras' JSON, TensorFlow.js'. The contents tell the kind, not
 * the name. It is ready to use, and to be trained on as if it had never stopped. Runs no code of the file.
 * @example const model = await loadModel('mnist.h5');
 */
export async function loadModel(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
  checkOptions('loadModel', options, ['customObjects', 'compile', 'maxBytes']);
  const { maxBytes = defaultMaxBytes, customObjects = {}, compile = true } = options;
  const file = await openSource(source, { maxBytes });
  try {
    const found = await identify(file, { maxBytes });
    const reader = readerOf(found.kind, 'loadModel', file.name);
    return await reader.loadModel!(file, { found, customObjects, compile, maxBytes });
  } finally {
    await file.close();
  }
}

/** Sets a model's weights, and nothing else, from a file of weights or of a model. */
export async function loadWeights(
  model: Model,
  source: ModelSource,
  options: LoadWeightsOptions = {},
): Promise<void> {
  checkOptions('loadWeights', options, ['byName', 'skipMismatch', 'maxBytes']);
  requireBuilt('loadWeights', model);
  const { maxBytes = defaultMaxBytes, byName = false, skipMismatch = false } = options;
  const file = await openSource(source, { maxBytes });
  try {
    const found = await identify(file, { maxBytes });
    const reader = readerOf(found.kind, 'loadWeights', file.name);
    await reader.loadWeights!(model, file, { found, maxBytes, byName, skipMismatch });
  } finally {
    await file.close();
  }
}

/** A model from `model.toJson()` or Keras' own `to_json()`; its weights are new. */
export function modelFromJson(
  json: string,
  { customObjects = {}, maxBytes = defaultMaxBytes }: Omit<LoadOptions, 'compile'> = {},
): Model {
  const config = parseJson(json, { file: 'model.json' });
  return makeModel(config, 'model.json', { customObjects, maxBytes, blank: false });
}
