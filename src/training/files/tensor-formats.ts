import { byteLengthOf } from '../../formats/file-array.ts';
import {
  type ByteSource,
  type FileArray,
  idx,
  npy,
  npz,
  pickle,
  safetensors,
  tfjs,
  torch,
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
  safetensors: async (source) => safetensors.open(source),
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
  tfjs: (source, { maxBytes, found }) =>
    tfjs.open(found.json!, source.openBeside, { file: source.name, maxBytes }),
};

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
