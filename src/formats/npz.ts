// NumPy's archive of arrays: a zip file of npy files.
import { FormatError } from '../tensor/index.ts';
import { type ByteSource, joinBytes } from './byte-source.ts';
import type { DecodeOptions, FileArray } from './file-array.ts';
import * as npy from './npy.ts';
import { decodeObjects, type NumpyArray, type PickleOptions } from './pickle.ts';
import * as zip from './zip.ts';

/** More than any header has. */
const maxHeaderBytes = 2 ** 21;

/** The arrays of an npz file, read on demand. */
export interface NpzFile {
  readonly names: readonly string[];
  read(name: string): Promise<FileArray>;
  /** Type and shape of an array, whose elements are not read. */
  readHeader(name: string): Promise<npy.NpyHeader>;
  /** An array of Python objects: lists, text, numbers; nothing in it is run. */
  readObjects(name: string, options?: PickleOptions): Promise<NumpyArray>;
  /** The npy file of an array, for a reader of its own. */
  readBytes(name: string): Promise<Uint8Array>;
}

/** Opens an npz file; arrays are read by name. */
export async function open(source: ByteSource, options: DecodeOptions = {}): Promise<NpzFile> {
  const { file = source.name } = options;
  const archive = await zip.open(source, options);
  const names = [...archive.members.keys()].map((member) => {
    if (member.endsWith('.npy')) return member.slice(0, -4);
    throw new FormatError('an npz file holds npy files only', { file, member });
  });
  const readBytes = (name: string) => archive.read(`${name}.npy`);
  const labelOf = (name: string) => (file ? `${file}, ${name}.npy` : `${name}.npy`);
  const readHeader = async (name: string): Promise<npy.NpyHeader> => {
    let bytes: Uint8Array = new Uint8Array(0);
    for await (const piece of archive.chunks(`${name}.npy`)) {
      bytes = joinBytes([bytes, piece]);
      if (bytes.length >= Math.min(npy.headerBytes(bytes), maxHeaderBytes)) break;
    }
    return npy.decodeHeader(bytes, { file: labelOf(name) });
  };
  return {
    names,
    readBytes,
    readHeader,
    read: async (name) => npy.decode(await readBytes(name), { file: labelOf(name) }),
    readObjects: async (name, { maxBytes = options.maxBytes, ...limits } = {}) =>
      decodeObjects(await readBytes(name), { ...limits, maxBytes, file: labelOf(name) }),
  };
}

/** All arrays of an npz file. */
export async function decode(
  source: ByteSource,
  options: DecodeOptions = {},
): Promise<Map<string, FileArray>> {
  const file = await open(source, options);
  const arrays = new Map<string, FileArray>();
  for (const name of file.names) arrays.set(name, await file.read(name));
  return arrays;
}

/** An npz file as `np.savez` writes it, or `np.savez_compressed`; the same bytes for the same arrays. */
export function encode(
  arrays: Iterable<readonly [string, FileArray]>,
  options?: { readonly compress?: boolean },
): Uint8Array<ArrayBuffer> {
  return joinBytes(encodePieces(arrays, options));
}

/** The same in pieces, an array at a time. */
export function* encodePieces(
  arrays: Iterable<readonly [string, FileArray]>,
  options?: { readonly compress?: boolean },
): Generator<Uint8Array> {
  function* members() {
    for (const [name, array] of arrays) yield { name: `${name}.npy`, data: npy.encode(array) };
  }
  yield* zip.encodePieces(members(), options);
}
