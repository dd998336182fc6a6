// https://huggingface.co/docs/safetensors: 8 bytes with the header's length, a header in JSON, the data.
import { FormatError, type Shape } from '../tensor/index.ts';
import { type ByteSource, joinBytes } from './byte-source.ts';
import {
  arrayFromBytes,
  byteLengthOf,
  bytesOfArray,
  type DecodeOptions,
  type FileArray,
  type FileDType,
} from './file-array.ts';
import { decodeUtf8, isJsonObject, type Json, parseJson } from './json.ts';

/** The names of the types in the file, in the order of Hugging Face's own writer: data is laid out from the last to the first. */
const codes = {
  BOOL: 'bool',
  U8: 'uint8',
  I8: 'int8',
  F8_E5M2: 'float8e5m2',
  F8_E4M3: 'float8e4m3',
  I16: 'int16',
  U16: 'uint16',
  F16: 'float16',
  BF16: 'bfloat16',
  I32: 'int32',
  U32: 'uint32',
  F32: 'float32',
  C64: 'complex64',
  F64: 'float64',
  I64: 'int64',
  U64: 'uint64',
} as const satisfies Record<string, FileDType>;

type Code = keyof typeof codes;
const ranks = Object.keys(codes) as Code[];

/** What reference readers allow, too. */
const maxHeaderBytes = 100_000_000;

/** What the header says of one tensor. */
export interface SafetensorsEntry {
  readonly dtype: FileDType;
  readonly shape: Shape;
  /** First byte, counted from the start of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

/** A file's table of contents, checked, and its tensors on demand. */
export interface SafetensorsFile {
  /** In the order of the data. */
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: ReadonlyMap<string, string>;
  /** Reads one tensor. */
  read(name: string): Promise<FileArray>;
}

/** The tensors and the `__metadata__` of a file. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, FileArray>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Whether bytes look like the beginning of a safetensors file. */
export function sniff(head: Uint8Array): boolean {
  return head.length >= 9 && head[8] === 0x7b && headerLength(head) <= maxHeaderBytes;
}

/** All tensors of a file in memory; they share its bytes where alignment allows. */
export function decode(bytes: Uint8Array, { file }: DecodeOptions = {}): Safetensors {
  const start = dataStart(bytes.subarray(0, 8), bytes.length, file);
  const { entries, metadata } = readHeader(bytes.subarray(8, start), bytes.length, file);
  const tensors = new Map<string, FileArray>();
  for (const [name, entry] of entries) {
    const data = bytes.subarray(entry.offset, entry.offset + entry.byteLength);
    tensors.set(name, toArray(name, entry, data, file));
  }
  return { tensors, metadata };
}

/** Opens a file whose tensors are read one by one. */
export async function open(
  source: ByteSource,
  { file = source.name }: DecodeOptions = {},
): Promise<SafetensorsFile> {
  const head = await source.read(0, Math.min(8, source.size));
  const start = dataStart(head, source.size, file);
  const { entries, metadata } = readHeader(await source.read(8, start - 8), source.size, file);
  return {
    entries,
    metadata,
    read: async (name) => {
      const entry = entries.get(name);
      if (!entry) throw new FormatError(`there is no tensor '${name}'`, { file });
      const bytes = await source.read(entry.offset, entry.byteLength);
      return toArray(name, entry, bytes, file);
    },
  };
}

/** A safetensors file of tensors and metadata: the same bytes for the same contents, whatever their order. */
export function encode(
  tensors: Iterable<readonly [string, FileArray]>,
  metadata: Iterable<readonly [string, string]> = [],
): Uint8Array<ArrayBuffer> {
  return joinBytes(encodePieces(tensors, metadata));
}

/** The same in pieces that share the tensors' memory, for files that memory should not hold twice. */
export function* encodePieces(
  tensors: Iterable<readonly [string, FileArray]>,
  metadata: Iterable<readonly [string, string]> = [],
): Generator<Uint8Array> {
  const sorted = [...tensors]
    .map(([name, array]) => ({ name, array, code: codeOf(name, array.dtype) }))
    .sort((a, b) => ranks.indexOf(b.code) - ranks.indexOf(a.code) || compareUtf8(a.name, b.name));
  const strings = [...metadata].sort(([a], [b]) => compareUtf8(a, b));
  const header: [string, Json][] = [];
  if (strings.length) header.push(['__metadata__', entriesOf(strings)]);
  let at = 0;
  for (const { name, array, code } of sorted) {
    const end = at + byteLengthOf(array.dtype, array.shape, { member: name });
    const entry = { dtype: code, shape: [...array.shape], data_offsets: [at, end] };
    header.push([name, entry]);
    at = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(entriesOf(header)));
  const padded = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20);
  new DataView(padded.buffer).setBigUint64(0, BigInt(padded.length - 8), true);
  padded.set(text, 8);
  yield padded;
  for (const { array } of sorted) yield bytesOfArray(array);
}

function codeOf(name: string, dtype: FileDType): Code {
  const code = ranks.find((rank) => codes[rank] === dtype);
  if (code) return code;
  throw new FormatError(`safetensors has no ${dtype}; cast to another type`, { member: name });
}

/** An object of entries in their order; names must differ and be such that they can be read again. */
function entriesOf<T extends Json>(
  entries: readonly (readonly [string, T])[],
): {
  [key: string]: T;
} {
  const object: { [key: string]: T } = Object.create(null);
  for (const [key, value] of entries) {
    if (key in object) throw new FormatError(`two tensors are named '${key}'`);
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
      throw new FormatError(`'${key}' cannot be the name of a tensor`);
    }
    object[key] = value;
  }
  return object;
}

const encoder = new TextEncoder();

/** The order of the names' bytes, which differs from JavaScript's beyond the 16-bit characters. */
function compareUtf8(a: string, b: string): number {
  const [x, y] = [encoder.encode(a), encoder.encode(b)];
  const at = x.findIndex((byte, i) => byte !== y[i]);
  return at < 0 ? x.length - y.length : x[at] - (y[at] ?? -1);
}

function headerLength(head: Uint8Array): number {
  const view = new DataView(head.buffer, head.byteOffset, 8);
  return Number(view.getBigUint64(0, true));
}

/** Where the header ends, after it was compared with the file. */
function dataStart(head: Uint8Array, size: number, file?: string): number {
  if (head.length < 8) {
    const received = `${head.length} bytes`;
    throw new FormatError('no safetensors header', { file, expected: '8 bytes or more', received });
  }
  const length = headerLength(head);
  if (length > maxHeaderBytes || 8 + length > size) {
    throw new FormatError('bad length of the header', {
      file,
      offset: 0,
      expected: `at most ${Math.min(maxHeaderBytes, size - 8)} bytes`,
      received: String(length),
    });
  }
  return 8 + length;
}

function readHeader(
  bytes: Uint8Array,
  size: number,
  file?: string,
): Pick<SafetensorsFile, 'entries' | 'metadata'> {
  const header = parseJson(decodeUtf8(bytes, { file }), { file });
  if (!isJsonObject(header)) throw new FormatError('the header is no JSON object', { file });
  const metadata = new Map<string, string>();
  const entries: [string, SafetensorsEntry][] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name !== '__metadata__') {
      entries.push([name, readEntry(name, value, 8 + bytes.length, file)]);
      continue;
    }
    for (const [key, text] of isJsonObject(value)
      ? Object.entries(value)
      : [['', value] as const]) {
      if (typeof text !== 'string') {
        throw new FormatError('__metadata__ must map strings to strings', { file, member: name });
      }
      metadata.set(key, text);
    }
  }
  entries.sort(([, a], [, b]) => a.offset - b.offset || a.byteLength - b.byteLength);
  let at = 8 + bytes.length;
  for (const [name, { offset, byteLength }] of entries) {
    if (offset !== at) {
      const problem = offset < at ? 'the data of two tensors overlap' : 'a gap in the data';
      const [expected, received] = [`a start at ${at}`, String(offset)];
      throw new FormatError(problem, { file, member: name, expected, received });
    }
    at += byteLength;
  }
  if (at !== size) {
    const problem = at > size ? 'the file is truncated' : 'bytes behind the last tensor';
    throw new FormatError(problem, { file, expected: `${at} bytes`, received: String(size) });
  }
  return { entries: new Map(entries), metadata };
}

function readEntry(name: string, value: Json, start: number, file?: string): SafetensorsEntry {
  const where = { file, member: name };
  const fields = ['data_offsets', 'dtype', 'shape'];
  if (!isJsonObject(value) || Object.keys(value).sort().join() !== fields.join()) {
    throw new FormatError('bad entry', {
      ...where,
      expected: 'dtype, shape and data_offsets',
      received: JSON.stringify(value).slice(0, 80),
    });
  }
  const { dtype: code, shape, data_offsets: offsets } = value;
  if (typeof code !== 'string' || !Object.hasOwn(codes, code)) {
    const received = JSON.stringify(code);
    throw new FormatError('unknown dtype', { ...where, expected: ranks.join(', '), received });
  }
  if (!Array.isArray(shape)) throw new FormatError('the shape is no array', where);
  const dtype = codes[code as Code];
  const byteLength = byteLengthOf(dtype, shape, where);
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? offsets : [null, null];
  if (!isOffset(begin) || !isOffset(end) || end - begin !== byteLength) {
    throw new FormatError('data_offsets do not fit dtype and shape', {
      ...where,
      expected: `[begin, begin + ${byteLength}] for ${code} ${JSON.stringify(shape)}`,
      received: JSON.stringify(offsets),
    });
  }
  return { dtype, shape: shape as number[], offset: start + begin, byteLength };
}

const isOffset = (value: Json): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function toArray(
  name: string,
  { dtype, shape }: SafetensorsEntry,
  bytes: Uint8Array,
  file?: string,
): FileArray {
  try {
    return arrayFromBytes(bytes, dtype, shape);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(error.message, { file, member: name });
  }
}
