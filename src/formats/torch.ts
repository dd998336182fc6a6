// PyTorch's zip files of state dicts (torch.save since 1.6): a pickle with the structure, a member for each storage.
import { FormatError } from '../tensor/index.ts';
import type { ByteSource } from './byte-source.ts';
import {
  arrayFromBytes,
  bytesPerFileElement,
  type DecodeOptions,
  defaultBudget,
  type FileArray,
  fileDTypes,
} from './file-array.ts';
import { decodeUtf8 } from './json.ts';
import * as pickle from './pickle.ts';
import { describeLeaf, partsByName } from './pickle-parts.ts';
import { NumpyArray } from './pickle-values.ts';
import { findStorage, TorchTensor, torchNames } from './torch-values.ts';
import * as zip from './zip.ts';

/** What a file says of one tensor. */
export interface TorchEntry {
  readonly dtype: FileArray['dtype'];
  readonly shape: readonly number[];
  /** In bytes. */
  readonly byteLength: number;
}

/** The tensors of a PyTorch file by name, read on demand. */
export interface TorchFile {
  /** `conv1.weight`; `state_dict/conv1.weight` where the file holds a dictionary of dictionaries. */
  readonly entries: ReadonlyMap<string, TorchEntry>;
  /** Numbers and text beside the tensors, such as the epoch. */
  readonly metadata: ReadonlyMap<string, string>;
  read(name: string): Promise<FileArray>;
}

/** The first bytes of files that PyTorch wrote before 1.6: a pickle of a magic number. */
const oldMagic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/** Whether bytes look like the beginning of a file that PyTorch wrote before 1.6, which is no zip file. */
export const sniffOld = (head: Uint8Array): boolean =>
  oldMagic.every((byte, i) => head[i] === byte);

/** Whether an archive is PyTorch's. */
export const isTorch = ({ members }: zip.ZipArchive): boolean => pickleOf(members) !== undefined;

const pickleOf = (members: ReadonlyMap<string, unknown>): string | undefined =>
  [...members.keys()].find((name) => /^([^/]+\/)?data\.pkl$/.test(name));

/** Opens a file of tensors; nothing in it is run. Programs (TorchScript) and whole modules are refused. */
export async function open(source: ByteSource, options: DecodeOptions = {}): Promise<TorchFile> {
  const { file = source.name, maxBytes = defaultBudget } = options;
  if (sniffOld(await source.read(0, Math.min(oldMagic.length, source.size)))) {
    throw new FormatError(
      'PyTorch before 1.6 wrote this file, in a format that is not read; open it in PyTorch and save it again: ' +
        'torch.save(torch.load(path), path)',
      { file },
    );
  }
  const archive = await zip.open(source, { file, maxBytes });
  return decodeArchive(archive, { file, maxBytes });
}

/** The tensors of an archive that is open already. */
export async function decodeArchive(
  archive: zip.ZipArchive,
  { file, maxBytes = defaultBudget }: DecodeOptions = {},
): Promise<TorchFile> {
  const { members } = archive;
  const name = pickleOf(members);
  if (!name) throw new FormatError('no PyTorch file', { file, expected: 'a member data.pkl' });
  const prefix = name.slice(0, -'data.pkl'.length);
  if (members.has(`${prefix}constants.pkl`)) {
    throw new FormatError(
      'the file is a program (TorchScript), which is not run; save the weights alone in PyTorch: ' +
        'torch.save(model.state_dict(), path)',
      { file },
    );
  }
  const value = pickle.decode(await archive.read(name), {
    file: file ? `${file}, ${name}` : name,
    maxBytes,
    names: torchNames,
    findOutside: findStorage,
  });
  const littleEndian = await isLittleEndian(archive, `${prefix}byteorder`, file);
  const arrays = new Map<string, TorchTensor | FileArray>();
  const metadata = new Map<string, string>();
  let total = 0;
  for (const [part, leaf] of partsByName(value, file)) {
    const array = leaf instanceof NumpyArray ? leaf.numbers : leaf;
    if (array instanceof TorchTensor) {
      checkStorage(members, array, prefix, file, part);
      total += array.byteLength;
      arrays.set(part, array);
    } else if (leaf instanceof NumpyArray && leaf.numbers) arrays.set(part, leaf.numbers);
    else {
      const text = describeLeaf(leaf);
      if (text !== null) metadata.set(part, text);
    }
  }
  if (total > maxBytes) {
    const [expected, received] = [`at most ${maxBytes} bytes`, String(total)];
    throw new FormatError('the tensors need more memory than is allowed (maxBytes)', {
      ...{ file, expected, received },
    });
  }
  return {
    entries: new Map([...arrays].map(([part, array]) => [part, entryOf(array)])),
    metadata,
    read: async (part) => {
      const array = arrays.get(part);
      if (!array) throw new FormatError(`there is no tensor '${part}'`, { file });
      if (!(array instanceof TorchTensor)) return array;
      return readTensor(archive, array, `${prefix}data/${array.storage.key}`, littleEndian);
    },
  };
}

const entryOf = (array: TorchTensor | FileArray): TorchEntry => ({
  dtype: array.dtype,
  shape: array.shape,
  byteLength: array instanceof TorchTensor ? array.byteLength : array.data.byteLength,
});

function checkStorage(
  members: zip.ZipArchive['members'],
  { storage }: TorchTensor,
  prefix: string,
  file: string | undefined,
  part: string,
): void {
  const found = members.get(`${prefix}data/${storage.key}`);
  if (found?.size === storage.size) return;
  throw new FormatError(`the data of tensor '${part}' do not fit`, {
    file,
    member: `${prefix}data/${storage.key}`,
    expected: `${storage.size} bytes`,
    received: found ? String(found.size) : 'no such member',
  });
}

async function isLittleEndian(
  archive: zip.ZipArchive,
  member: string,
  file?: string,
): Promise<boolean> {
  const size = archive.members.get(member)?.size;
  if (size === undefined) return true;
  const order = size > 10 ? '' : decodeUtf8(await archive.read(member), { file, member });
  if (order === 'little' || order === 'big') return order === 'little';
  throw new FormatError('bad byte order', { file, member, expected: 'little or big' });
}

/** Reads the part of a storage that a tensor spans, and makes it dense. */
async function readTensor(
  archive: zip.ZipArchive,
  tensor: TorchTensor,
  member: string,
  littleEndian: boolean,
): Promise<FileArray> {
  const { dtype, shape, strides, offset, extent } = tensor;
  const width = bytesPerFileElement(dtype);
  const [start, size] = [offset * width, extent * width];
  // A whole member is compared with its sum; of one that is shared a part is read where it lies.
  const { method } = archive.members.get(member)!;
  const bytes =
    method === 'stored' && size < tensor.storage.size
      ? await (await archive.stored(member)).read(start, size)
      : (await archive.read(member)).subarray(start, start + size);
  const span = arrayFromBytes(bytes, dtype, [extent], littleEndian);
  return { dtype, shape, data: toRowMajor(span, shape, strides) };
}

/** Elements that lie strides apart, one behind the other. */
function toRowMajor(
  { data, dtype }: FileArray,
  shape: readonly number[],
  strides: readonly number[],
): FileArray['data'] {
  const { array, slots } = fileDTypes[dtype];
  const count = shape.reduce((product, n) => product * n, 1);
  let dense = 1;
  const isDense = [...shape].reverse().every((n, i) => {
    const fits = n === 1 || strides[shape.length - 1 - i] === dense;
    dense *= n;
    return fits;
  });
  if (isDense || count === 0) return data;
  const out = new array(count * slots);
  const last = shape.length - 1;
  let next = 0;
  const walk = (axis: number, start: number): void => {
    const [n, stride] = [shape[axis], strides[axis]];
    for (let i = 0, at = start; i < n; i++, at += stride) {
      if (axis < last) walk(axis + 1, at);
      else if (slots === 1) out[next++] = data[at];
      else for (let slot = 0; slot < slots; slot++) out[next++] = data[at * slots + slot];
    }
  };
  walk(0, 0);
  return out;
}
