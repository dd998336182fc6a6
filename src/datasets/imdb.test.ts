import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { onlyFormatErrors } from '../../test/fuzz.ts';
import { setBackend } from '../backends/index.ts';
import type { Sequences } from '../data/index.ts';
import { NumpyRandomState } from '../data/numpy-random.ts';
import { FormatError, ValueError } from '../tensor/index.ts';
import { archive, cases } from './imdb.golden.ts';
import * as imdb from './imdb.ts';
import { splitWords } from './split-words.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-imdb-'));
const npz = Uint8Array.from(atob(archive), (c) => c.charCodeAt(0));
beforeAll(async () => {
  await setBackend('cpu');
  writeFileSync(join(folder, 'imdb.npz'), npz);
});
beforeEach(() => vi.stubEnv('GRADUS_CACHE', mkdtempSync(join(folder, 'cache-'))));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const listsOf = (sequences: Sequences): number[][] => [...sequences].map((list) => [...list]);

describe('loadData', () => {
  test.each(cases)('gives what Keras gives: $options', async ({ options, x, y, xTest, yTest }) => {
    const [train, test] = await imdb.loadArrays({ path: folder, ...options });
    expect(listsOf(train[0])).toEqual(x);
    expect([...train[1]]).toEqual(y);
    expect(listsOf(test[0])).toEqual(xTest);
    expect([...test[1]]).toEqual(yTest);
  });

  test('labels are tensors, a path may be the file', async () => {
    const [[x, y]] = await imdb.loadData({ path: join(folder, 'imdb.npz') });
    expect([x.length, y.shape, y.dtype]).toEqual([9, [9], 'uint8']);
    expect(await imdb.locate({ path: folder })).toEqual({ source: 'folder', place: folder });
    expect(await imdb.locate()).toBe(null);
  });

  test('says what is wrong with options', async () => {
    const load = (options: imdb.ReviewEncoding) => imdb.loadArrays({ path: folder, ...options });
    await expect(load({ numWords: -1 })).rejects.toThrow('numWords must be a whole number >= 0');
    await expect(load({ maxlen: 1 })).rejects.toThrow('give a larger maxlen');
    await expect(load({ seed: 1.5 })).rejects.toThrow(ValueError);
    await expect(imdb.loadData({ source: 'cache' })).rejects.toThrow('imdb/imdb.npz is not in');
    await expect(imdb.getWordIndex({ source: 'cache' })).rejects.toThrow(
      'imdb_word_index.json is not in',
    );
    const empty = mkdtempSync(join(folder, 'empty-'));
    await expect(imdb.loadData({ path: empty })).rejects.toThrow(
      'has no imdb.npz, imdb_train.csv.gz',
    );
  });

  test('a damaged file is a FormatError', async () => {
    const path = join(mkdtempSync(join(folder, 'damaged-')), 'imdb.npz');
    const load = async (bytes: Uint8Array): Promise<void> => {
      writeFileSync(path, bytes);
      await imdb.loadArrays({ path });
    };
    expect(await onlyFormatErrors(load, [npz], { runs: 150 })).toBeGreaterThan(50);
  });

  test('reviews as text: CSV files, folders', async () => {
    const place = mkdtempSync(join(folder, 'text-'));
    writeFileSync(join(place, 'imdb_word_index.json'), '{"the": 1, "constructor": 2, "don\'t": 3}');
    const rows = (text: string) => `text,label\n"${text}",1\nDON'T <br />the!,0\n`;
    writeFileSync(join(place, 'imdb_train.csv.gz'), gzipSync(rows('The, ""constructor"" unknown')));
    writeFileSync(join(place, 'imdb_test.csv'), rows('the'));
    const options = { path: place, numWords: 100 };
    const [[x, y], [xTest]] = await imdb.loadArrays(options);
    const order = [...new NumpyRandomState(113).permutation(2)];
    expect(listsOf(x)).toEqual(
      order.map(
        (i) =>
          [
            [1, 4, 5],
            [1, 6, 4],
          ][i],
      ),
    );
    expect([...y]).toEqual(order.map((i) => [1, 0][i]));
    expect(xTest.length).toBe(2);

    const original = mkdtempSync(join(folder, 'aclImdb-'));
    writeFileSync(join(original, 'imdb_word_index.json'), '{"the": 1, "film": 2}');
    for (const half of ['train', 'test']) {
      for (const kind of ['neg', 'pos']) {
        mkdirSync(join(original, half, kind), { recursive: true });
        writeFileSync(join(original, half, kind, '0_1.txt'), kind === 'pos' ? 'the film' : 'film');
      }
    }
    const [[films, labels]] = await imdb.loadArrays({
      ...options,
      path: original,
      startChar: null,
    });
    for (const [i, label] of labels.entries()) {
      expect([...films.at(i)]).toEqual(label ? [4, 5] : [5]);
    }

    writeFileSync(join(place, 'imdb_test.csv'), 'text,label\nx,2\n');
    await expect(imdb.loadArrays(options)).rejects.toThrow('bad label');
    writeFileSync(join(place, 'imdb_test.csv'), 'a,b\n');
    await expect(imdb.loadArrays(options)).rejects.toThrow('bad header');
    rmSync(join(place, 'imdb_test.csv'));
    await expect(imdb.loadArrays(options)).rejects.toThrow(
      'there is no imdb_test.csv.gz or imdb_test.csv',
    );
    writeFileSync(join(place, 'imdb_word_index.json'), '{"the": "first"}');
    await expect(imdb.getWordIndex({ path: place })).rejects.toThrow(FormatError);
  });
});

test('a review of one’s own is encoded as those of the set', async () => {
  const index = new Map(Object.entries({ the: 1, film: 19, great: 84 }));
  expect([...imdb.encodeReview('The GREAT, unheard-of film.', index)]).toEqual([1, 4, 87, 22]);
  expect([...imdb.encodeReview('the great film', index, { numWords: 50 })]).toEqual([1, 4, 2, 22]);
  expect([...imdb.encodeReview('great film', index, { numWords: 50, oovChar: null })]).toEqual([
    1, 22,
  ]);
  expect(splitWords("It's Ärger -- 9/10\r\n")).toEqual(["it's", 'Ärger', '9', '10\r']);
});

test('the order is NumPy’s', () => {
  // numpy.random.RandomState(113), shuffle(arange(25000)), then shuffle(arange(10)).
  const random = new NumpyRandomState(113);
  const order = random.permutation(25000);
  expect([...order.subarray(0, 8)]).toEqual([7798, 13226, 18078, 793, 17499, 23003, 574, 19638]);
  expect([...order.subarray(-3)]).toEqual([22690, 4828, 14501]);
  expect([...random.permutation(10)]).toEqual([6, 8, 4, 2, 3, 0, 1, 7, 9, 5]);
});

const shared = fileURLToPath(new URL('../../../shared/data/imdb', import.meta.url));
const absent = existsSync(shared) ? '' : ' (skipped: no data folder beside the project)';

test.skipIf(absent !== '')(
  `all 50,000 reviews are what Keras makes of them${absent}`,
  async () => {
    const [[x, y], [xTest, yTest]] = await imdb.loadArrays({ path: shared, numWords: 10_000 });
    const hash = createHash('sha256');
    for (const { values } of [x, xTest]) hash.update(values);
    for (const labels of [y, yTest]) hash.update(labels);
    // Of the arrays of Keras 3.15: int32 of both halves, then the labels as bytes.
    const sum = '6c004a853dcf3015138bbba0a4db81ae62a035c0334b83c65f133b162d374b27';
    expect(hash.digest('hex')).toBe(sum);
  },
  120_000,
);

test.skipIf(absent !== '')(`the word index is downloaded and kept${absent}`, async () => {
  const place = mkdtempSync(join(folder, 'mirror-'));
  mkdirSync(join(place, 'imdb'));
  const [from, to] = [
    join(shared, 'imdb_word_index.json'),
    join(place, 'imdb', 'imdb_word_index.json'),
  ];
  copyFileSync(from, to);
  const index = await imdb.getWordIndex({ mirror: place });
  expect(index.size).toBe(88_584);
  expect([index.get('the'), index.get('constructor')]).toEqual([1, 74_661]);
  expect((await imdb.getWordIndex({ source: 'cache' })).size).toBe(88_584);
});

test('a mirror with another file is refused', async () => {
  const place = mkdtempSync(join(folder, 'wrong-'));
  mkdirSync(join(place, 'imdb'));
  writeFileSync(join(place, 'imdb', 'imdb.npz'), npz);
  await expect(imdb.loadData({ mirror: place })).rejects.toThrow(
    'imdb/imdb.npz could not be downloaded',
  );
  expect(await imdb.locate()).toBe(null);
});
