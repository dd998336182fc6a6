// The format of MNIST (LeCun, Cortes, Burges): two zeros, a type, the rank, the sizes, the elements, all big-endian.
import { FormatError } from '../tensor/index.ts';
import {
  arrayFromBytes,
  byteLengthOf,
  bytesOfArray,
  bytesPerFileElement,
  type DecodeOptions,
  type FileArray,
  type FileDType,
} from './file-array.ts';

const codes: Readonly<Record<number, FileDType>> = {
  8: 'uint8',
  9: 'int8',
  11: 'int16',
  12: 'int32',
  13: 'float32',
  14: 'float64',
};

/** Whether bytes look like the beginning of an idx file. */
export const sniff = (head: Uint8Array): boolean =>
  head.length >= 4 && head[0] === 0 && head[1] === 0 && head[2] in codes && head[3] > 0;

/** What stands in front of the elements. */
export interface IdxHeader {
  readonly dtype: FileDType;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly dataStart: number;
}

/**
 * Reads the header from the first bytes of a file of `size` bytes, and compares the sizes that it gives with
 * the file's. The longest header has 1024 bytes.
 */
export function decodeHeader(
  head: Uint8Array,
  size: number,
  { file }: DecodeOptions = {},
): IdxHeader {
  const hex = [...head.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  if (head.length < 4 || head[0] !== 0 || head[1] !== 0 || !Object.hasOwn(codes, head[2])) {
    throw new FormatError('no idx file', {
      file,
      offset: 0,
      expected: '00 00, a type of 08, 09, 0b to 0e, and the rank',
      received: hex || 'an empty file',
    });
  }
  const dtype = codes[head[2]];
  const dataStart = 4 + 4 * head[3];
  if (dataStart > head.length) {
    const received = `${size} bytes`;
    throw new FormatError('truncated in the header', {
      file,
      expected: `${dataStart} bytes`,
      received,
    });
  }
  const view = new DataView(head.buffer, head.byteOffset, dataStart);
  const shape = Array.from({ length: head[3] }, (_, axis) => view.getUint32(4 + 4 * axis));
  const expected = dataStart + byteLengthOf(dtype, shape, { file });
  if (expected !== size) {
    throw new FormatError(
      expected > size ? 'the file is truncated' : 'bytes follow the last element',
      { file, expected: `${expected} bytes for ${dtype} [${shape}]`, received: String(size) },
    );
  }
  return { dtype, shape, dataStart };
}

/** The array of an idx file; bytes are not copied. */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): FileArray {
  const { dtype, shape, dataStart } = decodeHeader(bytes, bytes.length, options);
  return arrayFromBytes(bytes.subarray(dataStart), dtype, shape, false);
}

/** An idx file of an array of uint8, int8, int16, int32, float32 or float64. */
export function encode(array: FileArray): Uint8Array<ArrayBuffer> {
  const code = Object.entries(codes).find(([, dtype]) => dtype === array.dtype)?.[0];
  if (!code || array.shape.length > 255) {
    throw new FormatError(`idx has no ${array.dtype} of rank ${array.shape.length}`, {
      expected: Object.values(codes).join(', '),
    });
  }
  const data = bytesOfArray(array);
  const bytes = new Uint8Array(4 + 4 * array.shape.length + data.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, Number(code), array.shape.length]);
  array.shape.forEach((n, axis) => {
    view.setUint32(4 + 4 * axis, n);
  });
  const width = bytesPerFileElement(array.dtype);
  const body = bytes.subarray(4 + 4 * array.shape.length);
  for (let i = 0; i < data.length; i += width) {
    for (let j = 0; j < width; j++) body[i + j] = data[i + width - 1 - j];
  }
  return bytes;
}
