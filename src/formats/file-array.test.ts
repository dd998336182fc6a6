import { expect, test } from 'vitest';
import {
  arrayFromBytes,
  byteLengthOf,
  bytesOfArray,
  type FileDType,
  fileDTypes,
  toFileArray,
  toHostArray,
  toSafeIntegers,
} from './file-array.ts';

const dtypes = Object.keys(fileDTypes) as FileDType[];

test('arrays of every type are their bytes and back, at any offset', () => {
  for (const dtype of dtypes) {
    const length = byteLengthOf(dtype, [3], {});
    const memory = Uint8Array.from({ length: length + 1 }, (_, i) => i % 2);
    for (const offset of [0, 1]) {
      const bytes = memory.subarray(offset, offset + length);
      const array = arrayFromBytes(bytes, dtype, [3]);
      expect(array.data).toHaveLength(3 * fileDTypes[dtype].slots);
      expect(bytesOfArray(array)).toEqual(bytes);
    }
  }
});

test('big-endian bytes are turned around, on a copy', () => {
  const bytes = Uint8Array.of(0, 1, 0xff, 0xfe);
  expect(arrayFromBytes(bytes, 'int16', [2], false).data).toEqual(Int16Array.of(1, -2));
  expect(arrayFromBytes(bytes, 'int32', [1], false).data).toEqual(Int32Array.of(0x1fffe));
  expect(bytes).toEqual(Uint8Array.of(0, 1, 0xff, 0xfe));
});

test('aligned little-endian bytes are not copied', () => {
  const bytes = new Uint8Array(8);
  expect(arrayFromBytes(bytes, 'float32', [2]).data.buffer).toBe(bytes.buffer);
});

test('sizes are checked before anything is allocated', () => {
  expect(byteLengthOf('float64', [2, 3], {})).toBe(48);
  expect(byteLengthOf('float64', [], {})).toBe(8);
  expect(byteLengthOf('float32', [2 ** 40, 0], {})).toBe(0);
  for (const shape of [[-1], [1.5], ['2'], [null], [2 ** 53]]) {
    expect(() => byteLengthOf('uint8', shape, { member: 'x' })).toThrow('member x: bad shape');
  }
  expect(() => byteLengthOf('uint8', [2 ** 30, 2 ** 30], {})).toThrow('larger than any file');
  expect(() => byteLengthOf('uint8', new Array(65).fill(1), {})).toThrow('too many axes');
});

test('data that do not fit are not written', () => {
  const array = { dtype: 'float32' as const, shape: [3], data: new Float32Array(2) };
  expect(() => bytesOfArray(array)).toThrow('the data do not fit float32 [3] (expected 12 bytes');
  const other = { dtype: 'float32' as const, shape: [2], data: new Int32Array(2) };
  expect(() => bytesOfArray(other)).toThrow('received 8 in Int32Array');
});

test('bools are 0 or 1', () => {
  const bytes = Uint8Array.of(0, 1, 2);
  expect(() => arrayFromBytes(bytes, 'bool', [3])).toThrow('offset 2: bad bool');
});

test('types that tensors lack become ones that they have', () => {
  const host = (dtype: FileDType, data: Parameters<typeof toHostArray>[0]['data']) => {
    const array = toHostArray({ dtype, shape: [data.length], data });
    return [array.dtype, [...array.data]];
  };
  expect(host('uint16', Uint16Array.of(65535))).toEqual(['int32', [65535]]);
  expect(host('uint32', Uint32Array.of(2 ** 32 - 1))).toEqual(['int64', [2 ** 32 - 1]]);
  expect(host('int64', BigInt64Array.of(-5n))).toEqual(['int64', [-5]]);
  expect(host('uint64', BigUint64Array.of(7n))).toEqual(['int64', [7]]);
  expect(host('float32', Float32Array.of(1.5))).toEqual(['float32', [1.5]]);
  const e5m2 = Uint8Array.of(0x3c, 0xc0, 0x7c, 0x01);
  expect(host('float8e5m2', e5m2)).toEqual(['float32', [1, -2, Infinity, 2 ** -16]]);
  const e4m3 = Uint8Array.of(0x38, 0xc0, 0x7f, 0x01, 0x7e);
  expect(host('float8e4m3', e4m3)).toEqual(['float32', [1, -2, NaN, 2 ** -9, 448]]);
});

test('64-bit integers beyond 2^53 are an error, not a wrong number', () => {
  expect([...toSafeIntegers(BigInt64Array.of(2n ** 53n - 1n))]).toEqual([2 ** 53 - 1]);
  expect(() => toSafeIntegers(BigInt64Array.of(0n, 2n ** 53n))).toThrow('9007199254740992 at 1');
  const back = toFileArray({ dtype: 'int64', shape: [2], data: Float64Array.of(-1, 2 ** 53 - 1) });
  expect(back.data).toEqual(BigInt64Array.of(-1n, 2n ** 53n - 1n));
});
