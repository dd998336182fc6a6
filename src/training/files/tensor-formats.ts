import { byteLengthOf } from '../../formats/file-array.ts';
import {
  type ByteSource,
  decodeUtf8,
  type FileArray,
  hdf5,
  idx,
  isJsonObject,
  type Json,
  npy,
  npz,
  parseJson,
  pickle,
  safetensors,
  sourceOf,
  tfjs,
  torch,
  zip,
} from '../../formats/index.ts';
import { describeLeaf, partsByName } from '../../formats/pickle-parts.ts';
import { FormatError } from '../../tensor/index.ts';
import type { FileKind, Identified } from './identify.ts';
import type { OpenSource } from './open-source.ts';
import type { TensorContents, TensorEntry } from './tensor-file.ts';

/** Opens the tensors of a file of one kind. */
export type OpenTensors = (
  source: OpenSource,
  options: { readonly maxBytes: number; readonly found: Identified },
) => Promise<TensorContents>;

const noText: ReadonlyMap<string, string> = new Map();

/** The tensors of what is in memory already. */
const contentsOf = (
  arrays: ReadonlyMap<string, FileArray>,
  metadata: ReadonlyMap<string, string> = noText,
): TensorContents => ({
  entries: new Map([...arrays].map(([name, array]) => [name, entryOf(array)])),
  metadata,
  read: async (name) => arrays.get(name)!,
});

const entryOf = ({ dtype, shape, data }: FileArray): TensorEntry => ({
  ...{ dtype, shape },
  byteLength: data.byteLength,
});

const readWhole = (source: ByteSource): Promise<Uint8Array> => source.read(0, source.size);

/** How each kind of file that has tensors is opened. */
export const tensorFormats: Partial<Record<FileKind, OpenTensors>> = {
  safetensors: openSafetensors,
  hdf5: (source, { maxBytes }) => openHdf5(source, maxBytes),
  keras: openKeras,
  npz: openNpz,
  // An npz file calls an array without a name so.
  npy: async (source) =>
    contentsOf(new Map([['arr_0', npy.decode(await readWhole(source), { file: source.name })]])),
  idx: async (source, { maxBytes }) => {
    const array = idx.decode(await readWhole(source), { file: source.name, maxBytes });
    return contentsOf(new Map([['data', array]]));
  },
  torch: (source, { maxBytes }) => torch.open(source, { maxBytes }),
  'torch-old': (source) => torch.open(source),
  pickle: openPickle,
  tfjs: async (source, { maxBytes, found }) => {
    const options = { file: source.name, maxBytes };
    const file = await tfjs.open(found.json!, source.openBeside, options);
    return { ...file, model: file.topology, training: file.trainingConfig };
  },
};

async function openSafetensors(source: ByteSource): Promise<TensorContents> {
  const file = await safetensors.open(source);
  const { model, compile, ...metadata } = Object.fromEntries(file.metadata);
  // The same keys may mean something else to others.
  const isOurs = metadata.format === 'gradus';
  return {
    ...file,
    ...(isOurs
      ? {
          metadata: new Map(Object.entries(metadata)),
          model: model === undefined ? null : parseJson(model, { file: source.name }),
          training: compile === undefined ? null : parseJson(compile, { file: source.name }),
        }
      : {}),
  };
}

/** The data sets of numbers in an HDF5 file, by their paths; texts are left out. */
async function openHdf5(source: ByteSource, maxBytes: number): Promise<TensorContents> {
  const root = await hdf5.open(source, { maxBytes });
  const datasets = new Map<string, hdf5.Hdf5Dataset>();
  for await (const object of root.walk()) {
    if (object instanceof hdf5.Hdf5Dataset && object.dtype) datasets.set(object.path, object);
  }
  const entries = new Map<string, TensorEntry>();
  for (const [name, { dtype, shape, byteLength }] of datasets) {
    entries.set(name, { dtype: dtype!, shape, byteLength });
  }
  const metadata = new Map<string, string>();
  for (const [name, value] of root.attributes) {
    if (typeof value === 'string') metadata.set(name, value);
  }
  const json = (key: string): Json => {
    const text = metadata.get(key);
    metadata.delete(key);
    return text === undefined ? null : parseJson(text, { file: source.name, member: key });
  };
  const [model, training] = [json('model_config'), json('training_config')];
  return { entries, metadata, model, training, read: (name) => datasets.get(name)!.read() };
}

const weightsMember = 'model.weights.h5';

async function openKeras(
  source: ByteSource,
  { maxBytes }: { readonly maxBytes: number },
): Promise<TensorContents> {
  const file = source.name;
  const archive = await zip.open(source, { maxBytes });
  const json = async (member: string): Promise<Json> => {
    if (!archive.members.has(member)) return null;
    return parseJson(decodeUtf8(await archive.read(member), { file, member }), { file, member });
  };
  const config = await json('config.json');
  const metadata = await json('metadata.json');
  const weights = await openMember(archive, weightsMember);
  const contents = await openHdf5(weights, maxBytes);
  const { compile_config: training = null, ...model } = isJsonObject(config) ? config : {};
  return {
    ...contents,
    model: isJsonObject(config) ? model : null,
    training,
    metadata: new Map(
      Object.entries(isJsonObject(metadata) ? metadata : {}).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
  };
}

/** A member to be read in pieces; its sum is checked first. */
async function openMember(archive: zip.ZipArchive, member: string): Promise<ByteSource> {
  if (archive.members.get(member)?.method !== 'stored') {
    return sourceOf(await archive.read(member), member);
  }
  for await (const _ of archive.chunks(member));
  return archive.stored(member);
}

async function openNpz(
  source: ByteSource,
  { maxBytes }: { readonly maxBytes: number },
): Promise<TensorContents> {
  const file = await npz.open(source, { maxBytes });
  const entries = new Map<string, TensorEntry>();
  for (const name of file.names) {
    const { descr, shape } = await file.readHeader(name);
    const { dtype } = npy.parseDescr(descr, source.name);
    const where = { file: source.name, member: name };
    entries.set(name, { dtype, shape, byteLength: byteLengthOf(dtype, shape, where) });
  }
  return { entries, metadata: noText, read: file.read };
}

/** Arrays of NumPy in a pickle, such as a .pdparams of Paddle. */
async function openPickle(
  source: ByteSource,
  { maxBytes }: { readonly maxBytes: number },
): Promise<TensorContents> {
  const file = source.name;
  const value = pickle.decode(await readWhole(source), { file, maxBytes });
  const arrays = new Map<string, FileArray>();
  const metadata = new Map<string, string>();
  for (const [name, leaf] of partsByName(value, file)) {
    if (leaf instanceof pickle.NumpyArray && leaf.numbers) arrays.set(name, leaf.numbers);
    const text = describeLeaf(leaf);
    if (text !== null) metadata.set(name, text);
  }
  if (arrays.size) return contentsOf(arrays, metadata);
  throw new FormatError('the pickle holds no arrays of numbers', { file });
}
