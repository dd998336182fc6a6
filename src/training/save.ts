import { defaultMaxBytes, type FileSource, readFile, writeFileAtomic } from '#platform';
import { getBackend } from '../backends/registry.ts';
import { type CustomObjects, withCustomObjects } from '../config/index.ts';
import { type FileArray, toFileArray, toHostArray } from '../formats/file-array.ts';
import { parseJson } from '../formats/json.ts';
import * as safetensors from '../formats/safetensors.ts';
import { fromData, type Parameter } from '../ops/index.ts';
import { FormatError, formatShape, sameShape, type Tensor, ValueError } from '../tensor/index.ts';
import { checkOptions } from './check-options.ts';
import { compileConfig, compileFromConfig } from './compile-config.ts';
import { Model } from './model.ts';
import { layerFromFile } from './read-architecture.ts';
import { readTrainingState, type TrainingState } from './training-state.ts';
import { namedWeights } from './weight-names.ts';
import { layerToFile } from './write-architecture.ts';

/** What the loading functions take besides the file. */
export interface LoadOptions {
  /** Your own layers, losses, … by the name that the file has for them. */
  readonly customObjects?: CustomObjects;
  /** Whether the model shall be ready to train on; true by default. */
  readonly compile?: boolean;
  /** A file larger than this is refused. */
  readonly maxBytes?: number;
}

/** Names of everything but weights in a file, which no layer's name can begin with. */
const optimizerPrefix = '//optimizer/';
const metricsPrefix = '//metrics/';

/** Tensors and metadata of a file. */
interface FileParts {
  readonly tensors: Map<string, Tensor>;
  readonly metadata: Map<string, string>;
}

/** Everything a training goes on from: weights, architecture, optimizer, and where the training stands. */
export function modelParts(model: Model): FileParts {
  requireBuilt('save', model);
  const tensors = new Map<string, Tensor>(namedWeights(model));
  const metadata = new Map([
    ['format', 'gradus'],
    ['model', JSON.stringify(layerToFile(model))],
    ['training', JSON.stringify(model.trainingState)],
  ]);
  const compile = compileConfig(model);
  if (compile) {
    metadata.set('compile', JSON.stringify(compile));
    const { optimizer } = model;
    if (optimizer.built) {
      for (const [i, variable] of optimizer.variables.entries()) {
        tensors.set(optimizerPrefix + optimizerName(i), variable);
      }
    }
    if (model.trainingState.step > 0) {
      for (const [name, variable] of model.training.variables) {
        tensors.set(metricsPrefix + name, variable);
      }
    }
  }
  return { tensors, metadata };
}

/** A model's whole training as the bytes of a file: the same for the same training, wherever it ran. */
export async function modelToBytes(model: Model): Promise<Uint8Array<ArrayBuffer>> {
  const { tensors, metadata } = modelParts(model);
  return safetensors.encode(await readAll(tensors), metadata);
}

function requireBuilt(where: string, model: Model): void {
  if (model.built) return;
  throw new ValueError(
    `${where}: model '${model.name}' has no weights yet; build(inputShape), call or train it first`,
  );
}

/** Elements of tensors, copied at once where memory is at hand. */
export async function readAll(
  tensors: ReadonlyMap<string, Tensor>,
): Promise<[string, FileArray][]> {
  const read = [...tensors].map(async ([name, tensor]): Promise<[string, FileArray]> => {
    const { dtype, shape, storage } = tensor;
    const data = getBackend().synchronous ? storage.array : await storage.read();
    return [name, toFileArray({ dtype, shape, data })];
  });
  return Promise.all(read);
}

/** Writes a model to a file, first under another name: nobody ever sees half of it. */
export async function saveModel(model: Model, path: string | URL): Promise<void> {
  checkExtension('save', path);
  await writeFileAtomic(path, await modelToBytes(model));
}

/** Writes the weights alone. */
export async function saveWeights(model: Model, path: string | URL): Promise<void> {
  checkExtension('saveWeights', path);
  requireBuilt('saveWeights', model);
  const metadata = new Map([['format', 'gradus']]);
  await writeFileAtomic(path, safetensors.encode(await readAll(namedWeights(model)), metadata));
}

function checkExtension(where: string, path: string | URL): void {
  const extension = /\.[^./\\]*$/.exec(String(path))?.[0] ?? '';
  if (extension === '.safetensors') return;
  throw new ValueError(
    `${where}: cannot write '${String(path)}': the name must end in .safetensors`,
  );
}

/**
 * Reads a model that `model.save` wrote; ready to use, and to be trained on as if it had never stopped. Runs no code of the file.
 * @example const model = await loadModel('mnist.safetensors');
 */
export async function loadModel(source: FileSource, options: LoadOptions = {}): Promise<Model> {
  checkOptions('loadModel', options, ['customObjects', 'compile', 'maxBytes']);
  const { maxBytes = defaultMaxBytes } = options;
  const file = typeof source === 'string' || source instanceof URL ? String(source) : 'model';
  return modelFromBytes(await readFile(source, { maxBytes }), { ...options, file });
}

/** A model out of the bytes of a file. */
export function modelFromBytes(
  bytes: Uint8Array,
  {
    file = 'model',
    customObjects = {},
    compile = true,
  }: LoadOptions & { readonly file?: string } = {},
): Model {
  const { tensors, metadata } = safetensors.decode(bytes, { file });
  const json = metadata.get('model');
  if (json === undefined) {
    throw new FormatError('the file holds weights but no model; use model.loadWeights', { file });
  }
  return withCustomObjects(customObjects, () => {
    const model = layerFromFile(parseJson(json, { file, member: 'model' }), file);
    if (!(model instanceof Model)) throw new FormatError('the file holds no model', { file });
    setNamed(namedWeights(model), pick(tensors, ''), file);
    const config = metadata.get('compile');
    if (compile && config !== undefined) {
      compileFromConfig(model, parseJson(config, { file, member: 'compile' }));
      restoreTraining(model, tensors, file);
    }
    model.trainingState = stateOf(metadata.get('training'), file);
    return model;
  });
}

/** Sets a model's weights, and nothing else, from a file of weights or of a model. */
export async function loadWeights(model: Model, source: FileSource): Promise<void> {
  requireBuilt('loadWeights', model);
  const file = typeof source === 'string' || source instanceof URL ? String(source) : 'weights';
  const { tensors } = safetensors.decode(await readFile(source), { file });
  setNamed(namedWeights(model), pick(tensors, ''), file);
}

/** Puts a whole training into a model of the same architecture. */
export function restoreParts(
  model: Model,
  { tensors, metadata }: safetensors.Safetensors,
  file: string,
): void {
  setNamed(namedWeights(model), pick(tensors, ''), file);
  if (model.compiled) restoreTraining(model, tensors, file);
  model.trainingState = stateOf(metadata.get('training'), file);
}

/** The tensors whose names begin so, without the prefix; those without any prefix for ''. */
export function pick(
  tensors: ReadonlyMap<string, FileArray>,
  prefix: string,
): Map<string, FileArray> {
  const chosen = [...tensors].filter(([name]) =>
    prefix ? name.startsWith(prefix) : !name.startsWith('//'),
  );
  return new Map(chosen.map(([name, array]) => [name.slice(prefix.length), array]));
}

function restoreTraining(
  model: Model,
  tensors: ReadonlyMap<string, FileArray>,
  file: string,
): void {
  const { optimizer } = model;
  const saved = pick(tensors, optimizerPrefix);
  if (saved.size) {
    optimizer.build(model.trainableWeights);
    const names = optimizer.variables.map((variable, i) => [optimizerName(i), variable] as const);
    setNamed(new Map(names), saved, file);
  }
  const counted = [...pick(tensors, metricsPrefix)];
  model.training.setVariables(new Map(counted.map(([name, array]) => [name, toTensor(array)])));
}

/** Sets tensors by name; nothing is set unless names and shapes agree. */
function setNamed(
  variables: ReadonlyMap<string, Parameter>,
  arrays: ReadonlyMap<string, FileArray>,
  file: string,
): void {
  const missing = [...variables.keys()].filter((name) => !arrays.has(name));
  const strange = [...arrays.keys()].filter((name) => !variables.has(name));
  if (missing.length || strange.length) {
    throw new FormatError('the weights do not fit the model', {
      file,
      expected: missing.length ? `also ${some(missing)}` : `${variables.size} tensors`,
      received: strange.length ? some(strange) : `${arrays.size} tensors`,
    });
  }
  for (const [name, { shape }] of arrays) {
    const variable = variables.get(name) as Parameter;
    if (sameShape(variable.shape, shape)) continue;
    const expected = formatShape(variable.shape);
    throw new FormatError('a weight does not fit the model', {
      file,
      member: name,
      expected,
      received: formatShape(shape),
    });
  }
  for (const [name, array] of arrays) {
    const value = toTensor(array);
    (variables.get(name) as Parameter).assign(value);
    value.storage.release();
  }
}

const some = (names: readonly string[]): string =>
  names.slice(0, 4).join(', ') + (names.length > 4 ? ` and ${names.length - 4} more` : '');

export function toTensor(array: FileArray): Tensor {
  const { dtype, shape, data } = toHostArray(array);
  return fromData(data, shape, dtype);
}

const optimizerName = (i: number): string => String(i).padStart(4, '0');

const stateOf = (json: string | undefined, file: string): TrainingState =>
  readTrainingState(json === undefined ? undefined : parseJson(json, { file, member: 'training' }), file);

/** A model from `model.toJson()` or Keras' own `to_json()`; its weights are new. */
export function modelFromJson(
  json: string,
  { customObjects = {} }: Pick<LoadOptions, 'customObjects'> = {},
): Model {
  return withCustomObjects(customObjects, () => {
    const model = layerFromFile(parseJson(json, { file: 'model.json' }), 'model');
    if (!(model instanceof Model)) throw new FormatError('the JSON describes a layer, not a model');
    return model;
  });
}
