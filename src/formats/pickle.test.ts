import { describe, expect, test } from 'vitest';
import { onlyFormatErrors } from '../../test/fuzz.ts';
import { FormatError } from '../tensor/index.ts';
import { sourceOf } from './byte-source.ts';
import * as npz from './npz.ts';
import { pickles } from './pickle.golden.ts';
import * as pickle from './pickle.ts';
import * as zip from './zip.ts';

const bytesOf = (name: keyof typeof pickles): Uint8Array =>
  Uint8Array.from(atob(pickles[name]), (c) => c.charCodeAt(0));
const ascii = (text: string): number[] => [...text].map((c) => c.charCodeAt(0));
const program = (...parts: (number | string)[]): Uint8Array =>
  Uint8Array.from([
    0x80,
    4,
    ...parts.flatMap((p) => (typeof p === 'string' ? ascii(p) : [p])),
    0x2e,
  ]);

const lists = (value: pickle.PickleValue): unknown =>
  value instanceof pickle.PickleList ? [...value].map(lists) : value;

describe('decode', () => {
  test.each([2, 3, 4, 5] as const)('plain data, protocol %i', (protocol) => {
    const value = pickle.decode(bytesOf(`plain${protocol}`)) as Map<string, pickle.PickleValue>;
    expect(value.get('text')).toBe('größer');
    expect(value.get('bytes')).toEqual(Uint8Array.of(0, 255));
    expect(value.get('big')).toBe(2n ** 70n);
    expect(value.get('neg')).toBe(-3);
    expect(value.get('float')).toBe(0.1);
    expect(value.get('tuple')).toEqual([1, [2], []]);
    expect(value.get('none')).toBe(null);
    expect(value.get('flags')).toEqual([true, false]);
    expect(lists(value.get('long') as pickle.PickleValue)).toEqual([0, 500, 1000, 1500, 2000]);
    expect(lists(value.get('same') as pickle.PickleValue)).toEqual([
      [7, 8],
      [7, 8],
    ]);
    expect(value.get('set')).toEqual(new Set([1, 2]));
    expect(value.get('frozen')).toEqual(new Set(['a']));
  });

  test.each([2, 3, 4, 5] as const)('arrays of NumPy, protocol %i', (protocol) => {
    const state = pickle.decode(bytesOf(`state${protocol}`)) as Map<string, pickle.NumpyArray>;
    expect([...state.keys()]).toEqual(['w', 'b', 'n', 'f']);
    expect(state.get('w')?.numbers).toEqual({
      dtype: 'float32',
      shape: [2, 3],
      data: Float32Array.of(0, 1, 2, 3, 4, 5),
    });
    expect(state.get('b')?.numbers?.data).toEqual(Float64Array.of(1.5, -2));
    expect(state.get('n')).toBe(2n ** 40n);
    expect(state.get('f')?.numbers?.data).toEqual(Int32Array.of(1, 2, 3, 4));
  });

  test.each([2, 3, 4, 5] as const)('arrays of lists, protocol %i', (protocol) => {
    const rows = pickle.decode(bytesOf(`rows${protocol}`)) as pickle.NumpyArray;
    expect(rows.shape).toEqual([3]);
    const [first, second, third] = rows.objects?.toArray() as pickle.PickleList[];
    expect(first.asIntegers()).toEqual(Int32Array.of(1, 300, 70000, -5));
    expect(second.asIntegers()).toEqual(new Int32Array(0));
    expect(third.asIntegers()).toBe(null);
    expect(third.toArray()).toEqual([2, 2.5, 'x', null, true]);
  });

  test('npy and npz files with objects', async () => {
    const rows = pickle.decodeObjects(bytesOf('npy'));
    expect(rows.objects?.length).toBe(3);
    expect(pickle.decodeObjects(bytesOf('grid')).shape).toEqual([2, 1]);
    const file = await npz.open(
      sourceOf(zip.encode([{ name: 'x.npy', data: bytesOf('npy') }], { compress: true }), 'x.npz'),
    );
    expect((await file.readObjects('x')).objects?.length).toBe(3);
    await expect(file.read('x')).rejects.toThrow('x.npz, x.npy: the array holds Python objects');
  });
});

describe('refuses', () => {
  test.each([
    ['evil', 'received posix.system'],
    ['evil4', 'received posix.system'],
  ] as const)('what would run code: %s', (name, message) => {
    expect(() => pickle.decode(bytesOf(name), { file: 'a.pkl' })).toThrow(message);
    expect(() => pickle.decode(bytesOf(name), { file: 'a.pkl' })).toThrow(/^a\.pkl, offset \d+: /);
  });

  test.each([
    ['a table that Python has, not ours', program('cbuiltins\neval\n'), 'builtins.eval'],
    ['a name of JavaScript', program('c__proto__\nconstructor\n'), '__proto__.constructor'],
    ['persistent ids', program('Pid\n'), 'received 0x50'],
    ['instances', program(')', 0x81), 'received 0x81'],
    ['extension codes', program(0x82, 1), 'received 0x82'],
    ['a name as a value', program('cnumpy\nndarray\n'), 'a name stands where data should'],
    ['a name inside a list', program(']cnumpy\nndarray\na'), 'a name or an unfinished array'],
    ['a call of data', program('K', 1, ')R'), 'cannot be called'],
    ['a list as a key', program('}]K', 1, 's'), 'a key that can change'],
    ['too much on the stack', program('K', 1, 'K', 2), 'more than one object'],
    ['nothing on the stack', program('0'), 'nothing is on the stack'],
    ['what lies below a mark', program('K', 1, '(0'), 'nothing is on the stack'],
    ['no mark', program('t'), 'there is no mark'],
    ['no memo', program('h', 3), 'a reference to nothing'],
    ['another protocol', Uint8Array.of(0x80, 9, 0x2e), 'no pickle'],
    ['an integer of 2 GiB', program(0x8b, 255, 255, 255, 127), 'an integer of too many bytes'],
    ['text beyond the end', program('X', 255, 255, 255, 127), 'the pickle is truncated'],
    ['a list that holds itself', program(']', 0x94, 'h', 0, 'a'), 'nested too deeply'],
    ['a thousand lists', program(']'.repeat(1000) + 'a'.repeat(999)), 'nested too deeply'],
    ['a thousand marks', program('('.repeat(1000)), 'nested too deeply'],
  ] as const)('%s', (_, bytes, message) => {
    expect(() => pickle.decode(bytes)).toThrow(message);
    expect(() => pickle.decode(bytes)).toThrow(FormatError);
  });

  test('an array whose bytes do not fit', () => {
    const bytes = bytesOf('state4');
    const at = bytes.findIndex((_, i) =>
      [0x4b, 2, 0x4b, 3, 0x86].every((b, j) => bytes[i + j] === b),
    );
    bytes[at + 1] = 200;
    expect(() => pickle.decode(bytes)).toThrow('bytes do not fit the array');
  });

  test('more memory or references than are allowed', () => {
    expect(() => pickle.decode(bytesOf('rows4'), { maxBytes: 300 })).toThrow('maxBytes');
    expect(() => pickle.decode(bytesOf('plain4'), { maxMemo: 3 })).toThrow('too many references');
    const shared = program(
      ']',
      0x94,
      ...Array.from({ length: 50 }, () => '(h\0h\0t').flatMap((p) => [...p]),
    );
    expect(() => pickle.decode(shared)).toThrow(FormatError);
  });

  test('damaged files', async () => {
    const names = Object.keys(pickles) as (keyof typeof pickles)[];
    const samples = names.filter((name) => !/npy|grid/.test(name)).map(bytesOf);
    const options = { maxBytes: 1 << 20 };
    expect(
      await onlyFormatErrors((bytes) => pickle.decode(bytes, options), samples, { runs: 3000 }),
    ).toBeGreaterThan(300);
    expect(
      await onlyFormatErrors(
        (bytes) => pickle.decodeObjects(bytes, options),
        [bytesOf('npy'), bytesOf('grid')],
      ),
    ).toBeGreaterThan(100);
  });
});
