import { fromFloat16 } from '../tensor/half.ts';
import {
  type DType,
  DTypeError,
  FormatError,
  formatShape,
  type Shape,
  type TypedArray,
} from '../tensor/index.ts';

/**
 * The element types that files hold: those of tensors and a few more. Half floats and 8-bit floats are kept as bit
 * patterns, complex numbers as pairs.
 */
export const fileDTypes = {
  float32: { array: Float32Array, slots: 1 },
  float64: { array: Float64Array, slots: 1 },
  float16: { array: Uint16Array, slots: 1 },
  bfloat16: { array: Uint16Array, slots: 1 },
  float8e4m3: { array: Uint8Array, slots: 1 },
  float8e5m2: { array: Uint8Array, slots: 1 },
  int8: { array: Int8Array, slots: 1 },
  int16: { array: Int16Array, slots: 1 },
  int32: { array: Int32Array, slots: 1 },
  int64: { array: BigInt64Array, slots: 1 },
  uint8: { array: Uint8Array, slots: 1 },
  uint16: { array: Uint16Array, slots: 1 },
  uint32: { array: Uint32Array, slots: 1 },
  uint64: { array: BigUint64Array, slots: 1 },
  bool: { array: Uint8Array, slots: 1 },
  complex64: { array: Float32Array, slots: 2 },
  complex128: { array: Float64Array, slots: 2 },
} as const;

/** The name of an element type in a file. */
export type FileDType = keyof typeof fileDTypes;

/** The array that holds a file's elements: 64-bit integers as bigint, all others as numbers. */
export type FileData = TypedArray | Uint32Array | BigInt64Array | BigUint64Array;

/** A dense, row-major array as files hold it: what every format here decodes to and encodes. */
export interface FileArray {
  readonly dtype: FileDType;
  readonly shape: Shape;
  readonly data: FileData;
}

/** Where something stands, for messages, and how much memory it may take. */
export interface DecodeOptions {
  /** The file's name, for messages. */
  readonly file?: string;
  /** The most bytes that the file may expand to. Default 2 GiB. */
  readonly maxBytes?: number;
}

/** The budget of a decoder that was given none. */
export const defaultBudget = 2 ** 31;

/** Bytes that one element takes in a file. */
export const bytesPerFileElement = (dtype: FileDType): number =>
  fileDTypes[dtype].array.BYTES_PER_ELEMENT * fileDTypes[dtype].slots;

/** As many axes as NumPy allows. */
const maxRank = 64;

/** Bytes of an array of that type and shape; a FormatError where sizes are no sizes or their product is too large. */
export function byteLengthOf(
  dtype: FileDType,
  shape: readonly unknown[],
  where: { file?: string; member?: string },
): number {
  let bytes = bytesPerFileElement(dtype);
  let empty = false;
  if (shape.length > maxRank) {
    const [expected, received] = [`at most ${maxRank}`, String(shape.length)];
    throw new FormatError('too many axes', { ...where, expected, received });
  }
  for (const n of shape) {
    if (typeof n !== 'number' || !Number.isSafeInteger(n) || n < 0) {
      const received = JSON.stringify(shape);
      throw new FormatError('bad shape', { ...where, expected: 'integers >= 0', received });
    }
    if (n === 0) empty = true;
    else bytes *= n;
    if (!Number.isSafeInteger(bytes)) {
      throw new FormatError(`the shape ${JSON.stringify(shape)} is larger than any file`, where);
    }
  }
  return empty ? 0 : bytes;
}

const hostIsLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * The array that `bytes` hold, whose length fits already. It shares their memory where order and alignment allow.
 * Bools other than 0 and 1 are refused.
 */
export function arrayFromBytes(
  bytes: Uint8Array,
  dtype: FileDType,
  shape: Shape,
  littleEndian = true,
): FileArray {
  const { array } = fileDTypes[dtype];
  const width = array.BYTES_PER_ELEMENT;
  const swapped = width > 1 && littleEndian !== hostIsLittleEndian;
  // `slice` of Node's Buffer would share memory.
  const own = swapped || bytes.byteOffset % width !== 0 ? new Uint8Array(bytes) : bytes;
  if (swapped) swapBytes(own, width);
  if (dtype === 'bool') {
    const at = bytes.findIndex((value) => value > 1);
    if (at >= 0) {
      const received = String(bytes[at]);
      throw new FormatError('bad bool', { offset: at, expected: '0 or 1', received });
    }
  }
  // A file's bytes may lie in shared memory; typed arrays do not care.
  const buffer = own.buffer as ArrayBuffer;
  return { dtype, shape, data: new array(buffer, own.byteOffset, own.byteLength / width) };
}

/** The bytes of an array in little-endian order; they share its memory where the computer is little-endian too. */
export function bytesOfArray({ data, dtype, shape }: FileArray): Uint8Array {
  const expected = byteLengthOf(dtype, shape, {});
  if (data.byteLength !== expected || !(data instanceof fileDTypes[dtype].array)) {
    throw new FormatError(`the data do not fit ${dtype} ${formatShape(shape)}`, {
      expected: `${expected} bytes in ${fileDTypes[dtype].array.name}`,
      received: `${data.byteLength} in ${data.constructor.name}`,
    });
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (hostIsLittleEndian || data.BYTES_PER_ELEMENT === 1) return bytes;
  const own = new Uint8Array(bytes);
  swapBytes(own, data.BYTES_PER_ELEMENT);
  return own;
}

/** Turns the bytes of each element around, in place. */
function swapBytes(bytes: Uint8Array, width: number): void {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}

/** A dense, row-major array on the host, in the types that tensors have. */
export interface HostArray {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TypedArray;
}

/**
 * The array in a type that tensors have: uint16 becomes int32; uint32 and 64-bit integers become int64 (safe integers; a
 * DTypeError beyond 2^53); 8-bit floats become float32; complex128 becomes complex64. Others are passed through.
 */
export function toHostArray({ dtype, shape, data }: FileArray): HostArray {
  switch (dtype) {
    case 'uint16':
      return { dtype: 'int32', shape, data: Int32Array.from(data as Uint16Array) };
    case 'uint32':
      return { dtype: 'int64', shape, data: Float64Array.from(data as Uint32Array) };
    case 'int64':
    case 'uint64':
      return { dtype: 'int64', shape, data: toSafeIntegers(data as BigInt64Array) };
    case 'float8e4m3':
      return { dtype: 'float32', shape, data: Float32Array.from(data as Uint8Array, fromE4M3) };
    case 'float8e5m2': {
      // It is the upper half of a float16.
      const wide = Float32Array.from(data as Uint8Array, (pattern) => fromFloat16(pattern << 8));
      return { dtype: 'float32', shape, data: wide };
    }
    case 'complex128':
      return { dtype: 'complex64', shape, data: Float32Array.from(data as Float64Array) };
    default:
      return { dtype, shape, data: data as TypedArray };
  }
}

/** 64-bit integers as numbers; one beyond 2^53 is an error rather than a wrong number. */
export function toSafeIntegers(values: BigInt64Array | BigUint64Array): Float64Array<ArrayBuffer> {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const number = Number(values[i]);
    if (!Number.isSafeInteger(number)) {
      throw new DTypeError(`int64: ${values[i]} at ${i} is beyond 2^53, which memory cannot hold`);
    }
    numbers[i] = number;
  }
  return numbers;
}

/** The array as files hold it: int64 with all 64 bits, others as they are. */
export function toFileArray({ dtype, shape, data }: HostArray): FileArray {
  if (dtype !== 'int64') return { dtype, shape, data };
  const wide = new BigInt64Array(data.length);
  for (let i = 0; i < data.length; i++) wide[i] = BigInt(data[i]);
  return { dtype, shape, data: wide };
}

/** 8-bit float with 4 exponent and 3 mantissa bits, without infinities (Micikevicius et al. 2022). */
function fromE4M3(pattern: number): number {
  const sign = pattern & 0x80 ? -1 : 1;
  const exponent = (pattern >> 3) & 15;
  const mantissa = pattern & 7;
  if (exponent === 15 && mantissa === 7) return Number.NaN;
  if (exponent === 0) return sign * mantissa * 2 ** -9;
  return sign * (8 + mantissa) * 2 ** (exponent - 10);
}
