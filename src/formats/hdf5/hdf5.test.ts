import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import h5wasm, { type Dataset, type Group } from 'h5wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { onlyFormatErrors } from '../../../test/fuzz.ts';
import { sourceOf } from '../byte-source.ts';
import type { FileArray } from '../file-array.ts';
import { type DatasetInput, encode, groupsOf, Hdf5Dataset, Hdf5Group, open } from './index.ts';
import { lookup3 } from './lookup3.ts';

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../test/fixtures/hdf5/${name}.h5`, import.meta.url)));
const openFixture = (name: string) => open(sourceOf(fixture(name), `${name}.h5`));
/** What the fixtures hold: 10 x 6 numbers. */
const values = Float32Array.from({ length: 60 }, (_, i) => i / 4);
const set = (
  dtype: FileArray['dtype'],
  shape: number[],
  data: FileArray['data'],
): DatasetInput => ({
  array: { dtype, shape, data },
});

const datasets: readonly (readonly [string, DatasetInput])[] = [
  ['a/b/kernel:0', set('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6))],
  ['a/scalar', set('float64', [], Float64Array.of(Math.PI))],
  ['empty', set('float32', [0, 3], new Float32Array(0))],
  ['long', set('int64', [2], BigInt64Array.of(-1n, 2n ** 60n))],
  ['bytes', set('uint8', [3], Uint8Array.of(1, 2, 255))],
  ['flags', set('bool', [2], Uint8Array.of(0, 1))],
  ['half', set('float16', [1], Uint16Array.of(0x3c00))],
];
const attributes: readonly (readonly [string, Record<string, string | string[]>])[] = [
  ['', { config: 'ü'.repeat(70_000), empty: '', backend: 'tensorflow' }],
  ['a', { weight_names: ['b/kernel:0', 'sß'], none: [] }],
];
const sample = encode(groupsOf(datasets, attributes));

describe('written files', () => {
  test('are read with all that was written', async () => {
    const root = await open(sourceOf(sample));
    expect(root.names.sort()).toEqual(['a', 'bytes', 'empty', 'flags', 'half', 'long']);
    for (const [path, { array }] of datasets) {
      const dataset = await root.dataset(path);
      expect(dataset).toMatchObject({ dtype: array.dtype, shape: array.shape });
      expect(await dataset.read()).toEqual(array);
    }
    expect(Object.fromEntries(root.attributes)).toEqual(attributes[0][1]);
    expect(Object.fromEntries((await root.group('a')).attributes)).toEqual(attributes[1][1]);
  });

  test('are the same bytes every time', () => {
    expect(encode(groupsOf(datasets, attributes))).toEqual(sample);
  });

  test('are read by the HDF5 library', async () => {
    const { FS } = await h5wasm.ready;
    FS.writeFile('ours.h5', sample);
    const file = new h5wasm.File('ours.h5', 'r');
    expect(file.attrs.config.value).toBe('ü'.repeat(70_000));
    expect(file.attrs.empty.value).toBe('');
    expect((file.get('a') as Group).attrs.weight_names.value).toEqual(['b/kernel:0', 'sß']);
    const kernel = file.get('a/b/kernel:0') as Dataset;
    expect(kernel.shape).toEqual([2, 3]);
    expect(kernel.value).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect((file.get('long') as Dataset).value).toEqual(BigInt64Array.of(-1n, 2n ** 60n));
    expect((file.get('a/scalar') as Dataset).value).toBe(Math.PI);
    file.close();
  });

  test('hold thousands of members', async () => {
    const members = Array.from(
      { length: 3000 },
      (_, i) => [`g/${i}`, set('int32', [1], Int32Array.of(i))] as const,
    );
    const root = await open(sourceOf(encode(groupsOf(members))));
    expect((await (await root.dataset('g/2999')).read()).data[0]).toBe(2999);
  });

  test('refuse names that HDF5 cannot have, and two things of one name', () => {
    const one = set('uint8', [1], Uint8Array.of(1));
    expect(() => encode({ children: new Map([['a/b', one]]) })).toThrow('a name is not possible');
    expect(() =>
      groupsOf([
        ['a', one],
        ['a', one],
      ]),
    ).toThrow("two things have the name 'a'");
    expect(() =>
      groupsOf([
        ['a', one],
        ['a/b', one],
      ]),
    ).toThrow('is a group and a data set');
    const long = new Array<string>(9000).fill('12345678');
    expect(() => encode(groupsOf([], [['', { long }]]))).toThrow('too long for HDF5');
  });

  test('whatever is written is read', async () => {
    const name = fc
      .string({ minLength: 1, maxLength: 8 })
      .filter((s) => !/[/\0]/.test(s) && s !== '.');
    const tree = fc.dictionary(name, fc.array(fc.float({ noNaN: true }), { maxLength: 20 }), {
      maxKeys: 12,
    });
    await fc.assert(
      fc.asyncProperty(tree, name, async (given, group) => {
        const entries = Object.entries(given);
        const bytes = encode(
          groupsOf(
            entries.map(([key, list]) => [
              `${group}/${key}`,
              set('float32', [list.length], Float32Array.from(list)),
            ]),
            [[group, { names: entries.map(([key]) => key), one: group }]],
          ),
        );
        const read = await (await open(sourceOf(bytes))).group(group);
        expect(read.attributes.get('one')).toBe(group);
        for (const [key, list] of entries) {
          const array = await (await read.dataset(key)).read();
          expect(array.data).toEqual(Float32Array.from(list));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe.each(['early', 'late'])('files of h5py, %s format', (version) => {
  test('chunks, filters, fill values', async () => {
    const root = await openFixture(`chunked-${version}`);
    for (const name of ['gzip', 'lzf', 'sums', 'one', 'plain']) {
      expect((await (await root.dataset(name)).read()).data, name).toEqual(values);
    }
    const partly = Array.from(values, (value, i) => (i < 30 && i % 6 >= 3 ? value : 7));
    expect([...((await (await root.dataset('partly')).read()).data as Float32Array)]).toEqual(
      partly,
    );
    expect((await (await root.dataset('never')).read()).data).toEqual(
      Int16Array.of(-3, -3, -3, -3),
    );
    const growing = await (await openFixture(`growing-${version}`)).dataset('growing');
    expect((await growing.read()).data).toEqual(values);
  });

  test('types, texts, attributes', async () => {
    const root = await openFixture(`types-${version}`);
    const read = async (name: string) => (await root.dataset(name)).read();
    expect(await read('big')).toEqual({
      dtype: 'float64',
      shape: [10, 6],
      data: Float64Array.from(values),
    });
    expect(await read('half')).toMatchObject({ dtype: 'float16', shape: [6] });
    expect(await read('flags')).toEqual({
      dtype: 'bool',
      shape: [3],
      data: Uint8Array.of(1, 0, 1),
    });
    expect((await read('long')).data).toEqual(BigInt64Array.of(-1n, 2n ** 60n));
    expect((await read('by_name')).data).toEqual(values.subarray(6, 12));
    expect((await read('compact')).data).toEqual(values.subarray(0, 6));
    expect((await read('nothing')).shape).toEqual([0]);
    expect(await (await root.dataset('words')).texts()).toEqual(['one', 'zwölf', '']);
    expect(await (await root.dataset('fixed')).texts()).toEqual(['ab', 'c']);
    expect((await root.dataset('pairs')).typeName).toBe('compounds');
    await expect(read('pairs')).rejects.toThrow("'pairs': expected numbers, it holds compounds");
    await expect((await root.dataset('half')).texts()).rejects.toThrow('expected texts');
    expect(await root.find('named')).toBeUndefined();
    expect(root.attributes.get('text')).toBe('häng');
    expect(root.attributes.get('list')).toEqual(['x', 'yz']);
    expect(root.attributes.get('numbers')).toMatchObject({ data: Int32Array.of(1, 2, 3) });
  });

  test('many members and attributes', async () => {
    const group = await (await openFixture(`many-${version}`)).group('group');
    expect(group.names).toHaveLength(300);
    expect(group.attributes.size).toBe(40);
    expect(group.attributes.get('attribute 07')).toBe('value 7'.repeat(20));
    for (const i of [0, 149, 299]) {
      const member = await group.dataset(`member ${String(i).padStart(3, '0')}`);
      expect((await member.read()).data[0]).toBe(i);
    }
  });
});

test('thousands of chunks in an index of pages', async () => {
  const long = await (await openFixture('paged-late')).dataset('long');
  expect((await long.read()).data).toEqual(Int16Array.from({ length: 5000 }, (_, i) => i));
});

test('a block of the user in front', async () => {
  const root = await openFixture('userblock');
  expect((await (await root.dataset('data')).read()).data).toEqual(values);
});

test('data come in pieces, and no more is read than asked for', async () => {
  const bytes = fixture('userblock');
  let most = 0;
  const source = sourceOf(bytes);
  const root = await open({
    ...source,
    read: (offset, length) => {
      most = Math.max(most, length);
      return source.read(offset, length);
    },
  });
  const pieces: number[] = [];
  for await (const { start, array } of (await root.dataset('data')).pieces(64)) {
    expect(array.data).toEqual(values.subarray(start, start + array.data.length));
    pieces.push(array.data.length);
  }
  expect(pieces).toEqual([16, 16, 16, 12]);
});

describe('refuses', () => {
  test.each([
    ['refused-soft', 'soft links are not followed'],
    ['refused-external', 'links to other files are not followed'],
    ['refused-stored', 'has its data in other files, which are not opened'],
    ['refused-virtual', 'virtual data sets'],
    ['refused-scaled', 'the filter scaleoffset'],
    ['refused-circle', "the group 'a/b/c' lies in itself"],
  ])('%s', async (name, message) => {
    const walk = async (): Promise<void> => {
      const root = await openFixture(name);
      for await (const object of root.walk())
        if (object instanceof Hdf5Dataset) await object.read();
    };
    await expect(walk()).rejects.toThrow(message);
    await expect(walk()).rejects.toThrow(`${name}.h5`);
  });

  test('data larger than the budget, before memory is taken', async () => {
    const root = await open(sourceOf(fixture('userblock')), { maxBytes: 200 });
    const data = await root.dataset('data');
    await expect(data.read()).rejects.toThrow('larger than is allowed (expected at most 200');
    await expect(open(sourceOf(sample), { maxBytes: 200 })).rejects.toThrow('texts are longer');
  });

  test('files that are cut, and what is not there', async () => {
    await expect(open(sourceOf(sample.subarray(0, 300)))).rejects.toThrow('the file is truncated');
    await expect(open(sourceOf(new Uint8Array(0)))).rejects.toThrow('no HDF5 file');
    const root = await open(sourceOf(sample, 'x.h5'));
    await expect(root.dataset('a/nope')).rejects.toThrow("x.h5: there is no data set 'a/nope'");
    await expect(root.group('bytes')).rejects.toThrow("there is no group 'bytes'");
  });
});

describe('damaged files', () => {
  const names = [
    'chunked-early',
    'chunked-late',
    'types-early',
    'types-late',
    'growing-late',
    'userblock',
  ];
  let samples: Uint8Array[];
  beforeAll(() => {
    samples = [...names.map(fixture), sample];
  });

  test('give a FormatError, and nothing else', async () => {
    const readAll = async (bytes: Uint8Array): Promise<void> => {
      const root = await open(sourceOf(bytes), { maxBytes: 2 ** 24 });
      for await (const object of root.walk()) {
        if (object instanceof Hdf5Group) continue;
        if (object.dtype) await object.read();
        else if (object.typeName === 'text') await object.texts();
      }
    };
    expect(await onlyFormatErrors(readAll, samples, { runs: 1200 })).toBeGreaterThan(500);
  });
});

test('lookup3 gives the numbers of its author', () => {
  expect(lookup3(new Uint8Array(0))).toBe(0xdeadbeef);
  expect(lookup3(new TextEncoder().encode('Four score and seven years ago'))).toBe(0x17770551);
});
