import { defaultMaxBytes } from '#platform';
import { getBackend } from '../backends/registry.ts';
import { withCustomObjects } from '../config/index.ts';
import { type FileArray, toFileArray, toHostArray } from '../formats/file-array.ts';
import { parseJson } from '../formats/json.ts';
import * as safetensors from '../formats/safetensors.ts';
import { fromData, type Parameter } from '../ops/index.ts';
import { FormatError, formatShape, sameShape, type Tensor, ValueError } from '../tensor/index.ts';
import { compileConfig, compileFromConfig } from './compile-config.ts';
import { blameFile, type ModelFormat, makeModel } from './files/model-file.ts';
import type { LoadOptions } from './load-options.ts';
import type { Model } from './model.ts';
import { readTrainingState, type TrainingState } from './training-state.ts';
import { namedWeights } from './weight-names.ts';
import { layerToFile } from './write-architecture.ts';

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

export function requireBuilt(where: string, model: Model): void {
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

/** A model out of the bytes of a file. */
export function modelFromBytes(
  bytes: Uint8Array,
  {
    file = 'model',
    customObjects = {},
    compile = true,
    maxBytes = defaultMaxBytes,
  }: LoadOptions & { readonly file?: string } = {},
): Model {
  const { tensors, metadata } = safetensors.decode(bytes, { file, maxBytes });
  const json = metadata.get('model');
  if (json === undefined) {
    throw new FormatError('the file holds weights but no model; use model.loadWeights', { file });
  }
  const config = parseJson(json, { file, member: 'model' });
  const model = makeModel(config, file, { customObjects, maxBytes, blank: true });
  setNamed(namedWeights(model), pick(tensors, ''), file);
  const compiled = metadata.get('compile');
  if (compile && compiled !== undefined) {
    const read = parseJson(compiled, { file, member: 'compile' });
    blameFile(file, () => withCustomObjects(customObjects, () => compileFromConfig(model, read)));
    restoreTraining(model, tensors, file);
  }
  model.trainingState = stateOf(metadata.get('training'), file);
  return model;
}

/** Our own files: safetensors with the architecture and the training beside the weights. */
export const ownFormat: ModelFormat = {
  async loadModel(source, options) {
    const bytes = await source.read(0, source.size);
    return modelFromBytes(bytes, { ...options, file: source.name });
  },
  async loadWeights(model, source, { maxBytes, byName, skipMismatch }) {
    const file = source.name;
    const bytes = await source.read(0, source.size);
    const found = pick(safetensors.decode(bytes, { file, maxBytes }).tensors, '');
    const weights = new Map(namedWeights(model));
    for (const [name, weight] of weights) {
      const array = found.get(name);
      const left =
        (byName && !array) || (skipMismatch && array && !sameShape(array.shape, weight.shape));
      if (left) weights.delete(name);
    }
    if (byName || skipMismatch) {
      for (const name of found.keys()) if (!weights.has(name)) found.delete(name);
    }
    setNamed(weights, found, file);
  },
  async encodeModel(model) {
    return [await modelToBytes(model)];
  },
  async encodeWeights(model) {
    const metadata = new Map([['format', 'gradus']]);
    return [safetensors.encode(await readAll(namedWeights(model)), metadata)];
  },
};

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
  readTrainingState(
    json === undefined ? undefined : parseJson(json, { file, member: 'training' }),
    file,
  );
