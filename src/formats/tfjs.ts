// TensorFlow.js' models: model.json and files ("shards") with the weights, as its converter and model.save write them.
import { fromFloat16 } from '../tensor/half.ts';
import { FormatError } from '../tensor/index.ts';
import { type ByteSource, joinBytes, joinSources, sourceOf } from './byte-source.ts';
import {
  arrayFromBytes,
  bytesOfArray,
  type DecodeOptions,
  defaultBudget,
  type FileArray,
} from './file-array.ts';
import { decodeUtf8, isJsonObject, type Json, parseJson } from './json.ts';
import { readManifest, type TfjsEntry } from './tfjs-manifest.ts';

export type { TfjsEntry } from './tfjs-manifest.ts';

/** A model of TensorFlow.js: what its JSON says, checked, and its weights on demand. */
export interface TfjsFile {
  /** `layers-model` can be built again; `graph-model` is a program for TensorFlow.js alone. */
  readonly format: 'layers-model' | 'graph-model' | 'weights';
  /** Keras' JSON of the model, or null. */
  readonly topology: Json;
  /** Keras' JSON of what `compile` was told, or null. */
  readonly trainingConfig: Json;
  /** Who wrote it, and what the user added. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Files that belong to it. */
  readonly paths: readonly string[];
  readonly entries: ReadonlyMap<string, TfjsEntry>;
  read(name: string): Promise<FileArray>;
}

/** What an encoder takes besides weights. */
export interface TfjsModelParts {
  readonly topology: Json;
  readonly trainingConfig?: Json;
  readonly metadata?: { readonly [key: string]: Json };
}

/** Whether JSON is that of a TensorFlow.js model. */
export const isTfjs = (json: Json): boolean =>
  isJsonObject(json) && Array.isArray(json.weightsManifest);

/**
 * Reads a model.json; `openShard` gives the files that it names, which are plain names inside its folder. Nothing but sizes is
 * read of them before a weight is asked for.
 */
export async function open(
  json: Json | string,
  openShard: (path: string) => Promise<ByteSource>,
  { file = 'model.json', maxBytes = defaultBudget }: DecodeOptions = {},
): Promise<TfjsFile> {
  const model = typeof json === 'string' ? parseJson(json, { file }) : json;
  if (!isJsonObject(model) || !Array.isArray(model.weightsManifest)) {
    throw new FormatError('no model of TensorFlow.js', { file, expected: 'a weightsManifest' });
  }
  const groups = readManifest(model.weightsManifest, file, maxBytes);
  const entries = new Map<string, TfjsEntry>();
  const sources = new Map<string, ByteSource>();
  for (const group of groups) {
    const shards: ByteSource[] = [];
    for (const path of group.paths) shards.push(await openShard(path));
    const source = joinSources(shards, group.paths.join(', '));
    if (source.size !== group.byteLength) {
      throw new FormatError('the weights do not fill their files', {
        file: group.paths.length === 1 ? group.paths[0] : file,
        expected: `${group.byteLength} bytes`,
        received: `${source.size} in ${group.paths.length} files`,
      });
    }
    for (const entry of group.entries) {
      entries.set(entry.name, entry);
      sources.set(entry.name, source);
    }
  }
  return {
    ...modelOf(model, file),
    paths: groups.flatMap(({ paths }) => paths),
    entries,
    read: async (name) => {
      const entry = entries.get(name);
      if (!entry) throw new FormatError(`there is no tensor '${name}'`, { file });
      return toArray(entry, await sources.get(name)!.read(entry.offset, entry.storedBytes));
    },
  };
}

type Model = { [key: string]: Json };

function modelOf(
  model: Model,
  file: string,
): Pick<TfjsFile, 'format' | 'topology' | 'trainingConfig' | 'metadata'> {
  const { format, modelTopology: outer = null } = model;
  if (format !== undefined && format !== 'layers-model' && format !== 'graph-model') {
    const received = JSON.stringify(format).slice(0, 40);
    throw new FormatError('unknown kind of model', { file, expected: 'layers-model', received });
  }
  const isGraph = format === 'graph-model' || (isJsonObject(outer) && 'node' in outer);
  // The converter puts Keras' whole JSON here, model.save of TensorFlow.js the model alone.
  const inner = isJsonObject(outer) ? (outer.model_config ?? outer) : null;
  const topology = isJsonObject(inner) && 'class_name' in inner ? inner : null;
  const config = model.trainingConfig ?? (isJsonObject(outer) ? outer.training_config : null);
  const metadata = new Map<string, string>();
  for (const key of ['generatedBy', 'convertedBy'] as const) {
    if (typeof model[key] === 'string') metadata.set(key, model[key]);
  }
  if (isJsonObject(model.userDefinedMetadata)) {
    for (const [key, value] of Object.entries(model.userDefinedMetadata)) {
      metadata.set(key, typeof value === 'string' ? value : JSON.stringify(value));
    }
  }
  return {
    format: isGraph ? 'graph-model' : topology ? 'layers-model' : 'weights',
    topology: isGraph ? null : topology,
    trainingConfig: isGraph ? null : (config ?? null),
    metadata,
  };
}

/** The array of an entry; quantized numbers are widened: stored * scale + min. */
function toArray({ dtype, stored, shape, quantization }: TfjsEntry, bytes: Uint8Array): FileArray {
  const array = arrayFromBytes(bytes, stored, shape);
  if (!quantization) return array;
  const data = array.data as Uint8Array | Uint16Array;
  if (stored === 'float16') {
    return { dtype: 'float32', shape, data: Float32Array.from(data, fromFloat16) };
  }
  const { scale, min } = quantization;
  if (dtype === 'int32') {
    const widened = Int32Array.from(data, (value) => Math.round(value * scale + min));
    return { dtype, shape, data: widened };
  }
  return { dtype: 'float32', shape, data: Float32Array.from(data, (value) => value * scale + min) };
}

/** As TensorFlow.js cuts its files. */
const shardBytes = 4 * 2 ** 20;

/** Types that TensorFlow.js has. */
const dtypes = ['float32', 'int32', 'bool', 'complex64'] as const;

/**
 * The files of a model by their names: `model.json` and `group1-shard1of2.bin`, …; the same bytes for the same
 * model. float16 and bfloat16 are left to the caller to widen.
 */
export function encode(
  weights: Iterable<readonly [string, FileArray]>,
  { topology, trainingConfig, metadata }: TfjsModelParts,
): Map<string, Uint8Array> {
  const list = [...weights];
  const specs = list.map(([name, { dtype, shape }]): Json => {
    if (!(dtypes as readonly string[]).includes(dtype)) {
      const expected = dtypes.join(', ');
      throw new FormatError(`TensorFlow.js has no ${dtype}`, { member: name, expected });
    }
    return { name, shape: [...shape], dtype };
  });
  const shards = cut(
    list.map(([, array]) => bytesOfArray(array)),
    shardBytes,
  );
  const paths = shards.map((_, i) => `group1-shard${i + 1}of${shards.length}.bin`);
  const model: Json = {
    format: 'layers-model',
    generatedBy: 'gradus',
    convertedBy: null,
    modelTopology: topology,
    ...(trainingConfig && { trainingConfig }),
    ...(metadata && { userDefinedMetadata: { ...metadata } }),
    weightsManifest: list.length ? [{ paths, weights: specs }] : [],
  };
  return new Map([
    ['model.json', new TextEncoder().encode(JSON.stringify(model))],
    ...paths.map((path, i): [string, Uint8Array] => [path, shards[i]]),
  ]);
}

/** Bytes in files of so many at most. */
function cut(pieces: readonly Uint8Array[], size: number): Uint8Array[] {
  const all = pieces.flatMap((piece) => {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < piece.length; at += size) parts.push(piece.subarray(at, at + size));
    return parts;
  });
  const files: Uint8Array[] = [];
  let open: Uint8Array[] = [];
  let left = size;
  for (let part of all) {
    while (part.length >= left) {
      files.push(joinBytes([...open, part.subarray(0, left)]));
      part = part.subarray(left);
      open = [];
      left = size;
    }
    if (part.length) open.push(part);
    left -= part.length;
  }
  // A model without a single number still has a file.
  if (open.length || files.length === 0) files.push(joinBytes(open));
  return files;
}

/** Opens a model whose files are in memory. */
export const decode = (
  files: ReadonlyMap<string, Uint8Array>,
  options: DecodeOptions = {},
): Promise<TfjsFile> => {
  const find = (path: string): Uint8Array => {
    const bytes = files.get(path);
    if (bytes) return bytes;
    const received = [...files.keys()].slice(0, 10).join(', ');
    throw new FormatError(`the file '${path}' is missing`, { ...options, received });
  };
  const json = decodeUtf8(find('model.json'), { file: 'model.json' });
  return open(json, async (path) => sourceOf(find(path), path), options);
};
