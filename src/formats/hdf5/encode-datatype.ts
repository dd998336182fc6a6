import type { FileDType } from '../file-array.ts';
import { bytesPerFileElement } from '../file-array.ts';

/** Little-endian bytes of a number. */
export function littleEndian(value: number, size: number): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < size; i++) {
    bytes.push(value % 256);
    value = Math.floor(value / 256);
  }
  return bytes;
}

/** Bits of exponent and mantissa. */
const floats: Readonly<Partial<Record<FileDType, readonly [number, number]>>> = {
  float16: [5, 10],
  float32: [8, 23],
  float64: [11, 52],
};

/** A type as the file describes it; undefined where HDF5 has none. */
export function encodeDatatype(dtype: FileDType): number[] | undefined {
  const size = bytesPerFileElement(dtype);
  const float = floats[dtype];
  if (float) {
    const [exponent, mantissa] = float;
    const head = [0x11, 0x20, size * 8 - 1, 0, ...littleEndian(size, 4)];
    const parts = [mantissa, exponent, 0, mantissa];
    const bias = 2 ** (exponent - 1) - 1;
    return [...head, 0, 0, ...littleEndian(size * 8, 2), ...parts, ...littleEndian(bias, 4)];
  }
  if (dtype === 'bool') return encodeBool();
  // Keras stores these as two bytes of no meaning and says in an attribute what they are.
  if (dtype === 'bfloat16') return [0x15, 0, 0, 0, ...littleEndian(size, 4)];
  const integer = /^(u?)int\d+$/.exec(dtype);
  return integer ? encodeInteger(size, integer[1] === '') : undefined;
}

const encodeInteger = (size: number, signed: boolean): number[] => [
  ...[0x10, signed ? 8 : 0, 0, 0, ...littleEndian(size, 4)],
  ...[0, 0, ...littleEndian(size * 8, 2)],
];

/** A list of the names FALSE and TRUE over int8, as h5py has it. */
const encodeBool = (): number[] => [
  ...[0x18, 2, 0, 0, ...littleEndian(1, 4)],
  ...encodeInteger(1, true),
  ...ascii('FALSE\0\0\0TRUE\0\0\0\0'),
  ...[0, 1],
];

/** Text of a fixed number of bytes, filled up with zeros: ASCII, or UTF-8. */
export const encodeFixedText = (size: number, isAscii: boolean): number[] => [
  ...[0x13, isAscii ? 1 : 0x11, 0, 0],
  ...littleEndian(size, 4),
];

/** Text of any length, kept in the heap: UTF-8. */
export const encodeText = (): number[] => [
  ...[0x19, 1, 1, 0, ...littleEndian(16, 4)],
  ...encodeInteger(1, false),
];

export const ascii = (text: string): number[] => [...text].map((c) => c.charCodeAt(0));

/** Sizes along the axes. */
export const encodeDataspace = (shape: readonly number[]): number[] => [
  ...[2, shape.length, 0, shape.length ? 1 : 0],
  ...shape.flatMap((n) => littleEndian(n, 8)),
];
