import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FileArray, fileDTypes } from './file-array.ts';
import * as pickle from './pickle.ts';

const { PickleList } = pickle;

const arrays: fc.Arbitrary<FileArray> = fc
  .tuple(
    fc.constantFrom(
      'float32',
      'float64',
      'float16',
      'int64',
      'uint16',
      'uint8',
      'int8',
      'complex64',
    ),
    fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
    fc.integer(),
  )
  .map(([dtype, shape, seed]) => {
    const { array, slots } = fileDTypes[dtype as 'float32'];
    const data = new array(shape.reduce((n, side) => n * side, 1) * slots);
    for (let i = 0; i < data.length; i++) {
      data[i] = (dtype === 'int64' ? BigInt(seed + i) : (seed + i) % 100) as never;
    }
    return { dtype: dtype as 'float32', shape, data };
  });

const values = fc.letrec<{ value: pickle.PickleValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true }),
    fc.bigInt({ min: 2n ** 60n, max: 2n ** 200n }),
    fc.string({ unit: 'binary' }),
    fc.uint8Array(),
    arrays.map(pickle.numpyArray),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(tie('value'), { maxLength: 5 }).map((items) => PickleList.of(items)),
    fc.dictionary(fc.string(), tie('value')).map((record) => new Map(Object.entries(record))),
    fc.array(fc.integer()).map((items) => new Set(items)),
  ),
})).value;

/** Lists and arrays as plain objects, to compare. */
function plain(value: pickle.PickleValue): unknown {
  if (value instanceof PickleList) return { list: value.toArray().map(plain) };
  if (value instanceof pickle.NumpyArray) return { shape: value.shape, numbers: value.numbers };
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, plain(item)]));
  return value;
}

describe('a pickle', () => {
  test.each([2, 3, 4])('of protocol %d is read back as it was', (protocol) => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = pickle.encode(value, { protocol });
        expect(bytes[1]).toBe(protocol);
        expect(plain(pickle.decode(bytes))).toEqual(plain(value));
      }),
      { numRuns: 300 },
    );
  });

  test('keeps the order of a dictionary and long text', () => {
    const map = new Map<pickle.PickleValue, pickle.PickleValue>([
      ['b', 'x'.repeat(300_000)],
      ['a', new Uint8Array(200_000).fill(200)],
    ]);
    for (const protocol of [2, 3, 4]) {
      const read = pickle.decode(pickle.encode(map, { protocol })) as typeof map;
      expect([...read]).toEqual([...map]);
    }
  });

  test('of an array hands its elements on without a copy', () => {
    const data = new Float32Array(100_000);
    const array = pickle.numpyArray({ dtype: 'float32', shape: [100_000], data });
    const pieces = [...pickle.encodeChunks(array)];
    expect(pieces.some(({ buffer }) => buffer === data.buffer)).toBe(true);
  });

  test('that cannot be is refused', () => {
    expect(() => pickle.encode(null, { protocol: 5 })).toThrow('expected 2, 3 or 4, received 5');
    const self: pickle.PickleValue[] = [];
    self.push(self);
    expect(() => pickle.encode(self)).toThrow('nested too deeply');
    expect(() => pickle.encode(new pickle.NumpyArray())).toThrow('only arrays of numbers');
    expect(() => pickle.encode(Symbol('x') as never)).toThrow('only plain data');
    const half: FileArray = { dtype: 'bfloat16', shape: [1], data: new Uint16Array(1) };
    expect(() => pickle.encode(pickle.numpyArray(half))).toThrow('NumPy has no bfloat16');
  });
});
