import { describe, expect, test } from 'vitest';
import { onlyFormatErrors } from '../../test/fuzz.ts';
import type { FileArray } from './file-array.ts';
import { decode, decodeHeader, encode, sniff } from './idx.ts';

const arrays: FileArray[] = [
  { dtype: 'uint8', shape: [2, 3], data: Uint8Array.of(0, 1, 2, 253, 254, 255) },
  { dtype: 'int8', shape: [2], data: Int8Array.of(-128, 127) },
  { dtype: 'int16', shape: [2, 1], data: Int16Array.of(-2, 258) },
  { dtype: 'int32', shape: [1, 1, 2], data: Int32Array.of(-2, 0x01020304) },
  { dtype: 'float32', shape: [2], data: Float32Array.of(1.5, -1e-30) },
  { dtype: 'float64', shape: [0], data: new Float64Array(0) },
];

describe('idx', () => {
  test('arrays of every type are written and read', () => {
    for (const array of arrays) {
      const bytes = encode(array);
      expect(decode(bytes)).toEqual(array);
      expect(sniff(bytes)).toBe(true);
    }
  });

  test('is big-endian', () => {
    const file = Uint8Array.of(0, 0, 0x0c, 1, 0, 0, 0, 1, 1, 2, 3, 4);
    expect(decode(file)).toEqual({ dtype: 'int32', shape: [1], data: Int32Array.of(0x01020304) });
    expect(encode(decode(file))).toEqual(file);
  });

  test('a header says what a long file holds', () => {
    const head = Uint8Array.of(0, 0, 8, 3, 0, 0, 0xea, 0x60, 0, 0, 0, 28, 0, 0, 0, 28);
    const header = { dtype: 'uint8', shape: [60000, 28, 28], dataStart: 16 };
    expect(decodeHeader(head, 47_040_016)).toEqual(header);
    expect(() => decodeHeader(head, 47_040_015, { file: 'images' })).toThrow(
      'images: the file is truncated (expected 47040016 bytes for uint8 [60000,28,28], ' +
        'received 47040015)',
    );
  });

  test('pixels are not copied', () => {
    const bytes = encode(arrays[0]);
    expect(decode(bytes).data.buffer).toBe(bytes.buffer);
  });

  test('refuses what is no idx file, and says what it found', () => {
    const good = encode(arrays[0]);
    const refused: [Uint8Array, string][] = [
      [new Uint8Array(0), 'received an empty file'],
      [Uint8Array.of(0x1f, 0x8b, 8, 0), 'no idx file'],
      [Uint8Array.of(0, 0, 10, 1), 'received 00 00 0a 01'],
      [Uint8Array.of(0, 0, 8, 3, 0, 0), 'truncated in the header'],
      [good.subarray(0, -1), 'the file is truncated'],
      [new Uint8Array([...good, 0]), 'bytes follow the last element'],
      [Uint8Array.of(0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255), 'larger than any file'],
    ];
    for (const [bytes, message] of refused) expect(() => decode(bytes)).toThrow(message);
    expect(() => encode({ dtype: 'bool', shape: [1], data: Uint8Array.of(1) })).toThrow('no bool');
  });

  test('damaged files give a FormatError, and nothing else', async () => {
    const refused = await onlyFormatErrors(decode, arrays.map(encode), { runs: 1000 });
    expect(refused).toBeGreaterThan(400);
  });
});
