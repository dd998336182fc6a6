// NumPy's format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
import { FormatError } from '../tensor/index.ts';
import { joinBytes } from './byte-source.ts';
import {
  arrayFromBytes,
  byteLengthOf,
  bytesOfArray,
  type DecodeOptions,
  type FileArray,
  type FileDType,
  fileDTypes,
} from './file-array.ts';
import { decodeUtf8 } from './json.ts';
import { type PythonLiteral, parsePythonLiteral } from './python-literal.ts';

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY

/** NumPy's names without the byte order. NumPy has no bfloat16 and no 8-bit floats. */
const codes = {
  b1: 'bool',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  c8: 'complex64',
  c16: 'complex128',
} as const satisfies Record<string, FileDType>;

const maxHeaderBytes = 1 << 20;

/** What stands in front of an array's elements. */
export interface NpyHeader {
  /** `<f4`, or `|O` for Python objects, or the list of a record's fields. */
  readonly descr: PythonLiteral;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly dataStart: number;
}

/** Whether bytes look like the beginning of an npy file. */
export const sniff = (head: Uint8Array): boolean => magic.every((byte, i) => head[i] === byte);

/** How many bytes of a file one must have to read its header; more than any file has where the first 12 are not there yet. */
export function headerBytes(bytes: Uint8Array): number {
  if (bytes.length < 12) return Number.POSITIVE_INFINITY;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return bytes[6] === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
}

/** Reads the header of versions 1 to 3, without evaluating anything. */
export function decodeHeader(bytes: Uint8Array, { file }: DecodeOptions = {}): NpyHeader {
  const [major, minor] = [bytes[6], bytes[7]];
  if (!sniff(bytes) || bytes.length < 12) {
    throw new FormatError('no npy file', { file, offset: 0, expected: '\\x93NUMPY' });
  }
  if (major < 1 || major > 3 || minor !== 0) {
    const received = `${major}.${minor}`;
    throw new FormatError('unknown version', { file, offset: 6, expected: '1.0 to 3.0', received });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = major === 1 ? 10 : 12;
  const dataStart = start + length;
  if (dataStart > bytes.length || length > maxHeaderBytes) {
    throw new FormatError('bad length of the header', {
      file,
      offset: 8,
      expected: `at most ${Math.min(bytes.length - start, maxHeaderBytes)}`,
      received: String(length),
    });
  }
  const text = bytes.subarray(start, dataStart);
  const header = parsePythonLiteral(major === 3 ? decodeUtf8(text, { file }) : latin1(text), {
    file,
  });
  const fields = ['descr', 'fortran_order', 'shape'];
  if (!(header instanceof Map) || [...header.keys()].sort().join() !== fields.join()) {
    throw new FormatError('bad header', { file, expected: `a dictionary with ${fields.join()}` });
  }
  const [descr, fortranOrder, shape] = fields.map((field) => header.get(field)!);
  if (typeof fortranOrder !== 'boolean') {
    throw new FormatError('fortran_order is no bool', { file });
  }
  if (!Array.isArray(shape)) throw new FormatError('the shape is no tuple', { file });
  return { descr, fortranOrder, shape: shape as number[], dataStart };
}

/**
 * The array of an npy file. Fortran order becomes row-major order, big-endian elements are turned around; otherwise
 * bytes are shared where alignment allows. Arrays of Python objects are left to
 * `pickle.decodeObjects`.
 */
export function decode(bytes: Uint8Array, { file }: DecodeOptions = {}): FileArray {
  const { descr, fortranOrder, shape, dataStart } = decodeHeader(bytes, { file });
  const { dtype } = parseDescr(descr, file);
  const expected = byteLengthOf(dtype, shape, { file });
  const received = bytes.length - dataStart;
  if (expected !== received) {
    throw new FormatError(
      expected > received ? 'the file is truncated' : 'bytes follow the last element',
      { file, expected: `${expected} bytes for ${dtype} [${shape}]`, received: String(received) },
    );
  }
  return decodeElements(bytes.subarray(dataStart), descr, fortranOrder, shape, file);
}

/** The array of elements that fit its type and shape already. */
export function decodeElements(
  bytes: Uint8Array,
  descr: PythonLiteral,
  fortranOrder: boolean,
  shape: readonly number[],
  file?: string,
): FileArray {
  const { dtype, littleEndian } = parseDescr(descr, file);
  if (!fortranOrder) return arrayFromBytes(bytes, dtype, shape, littleEndian);
  const columns = arrayFromBytes(bytes, dtype, [...shape].reverse(), littleEndian);
  return { dtype, shape, data: reverseAxes(columns) };
}

/** An npy file, version 1.0, little-endian, row-major. */
export function encode(array: FileArray): Uint8Array<ArrayBuffer> {
  const code = codeOf(array.dtype);
  const order = fileDTypes[array.dtype].array.BYTES_PER_ELEMENT === 1 ? '|' : '<';
  const shape = array.shape.length === 1 ? `${array.shape[0]},` : array.shape.join(', ');
  const text = `{'descr': '${order}${code}', 'fortran_order': False, 'shape': (${shape}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const head = new Uint8Array(10 + length).fill(0x20);
  head.set([...magic, 1, 0, length & 255, length >> 8]);
  head.set(new TextEncoder().encode(text), 10);
  head[head.length - 1] = 0x0a;
  return joinBytes([head, bytesOfArray(array)]);
}

/** NumPy's code for an element type, without the byte order. */
export function codeOf(dtype: FileDType): string {
  const code = Object.entries(codes).find(([, known]) => known === dtype)?.[0];
  if (!code) throw new FormatError(`NumPy has no ${dtype}; cast to float32`);
  return code;
}

/** The element type that NumPy's code stands for. */
export function parseDescr(
  descr: PythonLiteral,
  file?: string,
): { dtype: FileDType; littleEndian: boolean } {
  const [, order, code] = /^([<>=|]?)(.*)$/s.exec(typeof descr === 'string' ? descr : '') ?? [];
  if (code && Object.hasOwn(codes, code)) {
    return { dtype: codes[code as keyof typeof codes], littleEndian: order !== '>' };
  }
  const received = typeof descr === 'string' ? `'${descr.slice(0, 40)}'` : 'a list of fields';
  if (code?.startsWith('O')) {
    throw new FormatError(
      'the array holds Python objects; pickle.decodeObjects reads lists and numbers, and nothing that would run ' +
        'code; or save it in NumPy with a numeric dtype: np.save(path, np.asarray(x, dtype="float32"))',
      { file, received },
    );
  }
  throw new FormatError('unknown element type', {
    file,
    expected: `a number type (${Object.keys(codes).join(', ')})`,
    received,
  });
}

/** The elements in the order that belongs to the axes in reverse: a transposition. */
function reverseAxes({ shape, data, dtype }: FileArray): FileArray['data'] {
  const { array, slots } = fileDTypes[dtype];
  const out = new array(data.length);
  const rank = shape.length;
  // Strides of the source's axes in the order of the result's, which is their reverse.
  const sizes = [...shape].reverse();
  const strides = new Array<number>(rank);
  let stride = slots as number;
  for (let axis = 0; axis < rank; axis++) {
    strides[axis] = stride;
    stride *= sizes[axis];
  }
  let next = 0;
  const walk = (axis: number, at: number): void => {
    if (axis === rank) {
      for (let slot = 0; slot < slots; slot++) out[next++] = data[at + slot];
      return;
    }
    for (let i = 0; i < sizes[axis]; i++) walk(axis + 1, at + i * strides[axis]);
  };
  if (data.length > 0) walk(0, 0);
  return out;
}

const latin1 = (bytes: Uint8Array): string =>
  Array.from(bytes, (b) => String.fromCharCode(b)).join('');
