import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FormatError, ValueError } from '../../tensor/index.ts';
import { encodeBmp } from './bmp.ts';
import { imageDatasetFromDirectory } from './image-dataset-from-directory.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradus-images-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A bitmap of 6 x 4 points of one brightness. */
const plain = (value: number): Uint8Array =>
  encodeBmp({ width: 6, height: 4, channels: 3, data: new Uint8Array(72).fill(value) });

async function write(path: string, bytes: Uint8Array | string): Promise<void> {
  const file = join(folder, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, bytes);
}

/** Two classes: cats are dark, dogs light. */
async function pets(count = 5): Promise<void> {
  for (let i = 0; i < count; i++) {
    await write(`cat/${i}.bmp`, plain(10 + i));
    await write(`dog/${i}.bmp`, plain(200 + i));
  }
}

/** First points and labels of all batches. */
async function collect(data: AsyncIterable<unknown>) {
  const values: number[] = [];
  const labels: number[][] = [];
  const shapes: (readonly number[])[] = [];
  for await (const batch of data) {
    const [x, y] = batch as { shape: readonly number[]; toArray(): unknown }[];
    shapes.push(x.shape);
    const images = x.toArray() as number[][][][];
    images.forEach((image, i) => {
      values.push(image[0][0][0]);
      labels.push([(y.toArray() as (number | number[])[])[i]].flat());
    });
  }
  return { values, labels, shapes };
}

const options = { imageSize: [3, 2], batchSize: 4 } as const;

describe('labels', () => {
  beforeEach(() => pets());

  test('follow from subfolders in the order of their names', async () => {
    const data = await imageDatasetFromDirectory(folder, { ...options, shuffle: false });
    expect(data.classNames).toEqual(['cat', 'dog']);
    expect(data.length).toBe(3);
    const { values, labels, shapes } = await collect(data);
    expect(shapes).toEqual([
      [4, 3, 2, 3],
      [4, 3, 2, 3],
      [2, 3, 2, 3],
    ]);
    expect(values).toEqual([10, 11, 12, 13, 14, 200, 201, 202, 203, 204]);
    expect(labels.flat()).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
  });

  test('in every mode, whatever the order', async () => {
    for (const labelMode of ['int', 'categorical', 'binary'] as const) {
      const data = await imageDatasetFromDirectory(folder, { ...options, labelMode, seed: 1 });
      const { values, labels } = await collect(data);
      expect(values.toSorted((a, b) => a - b)).not.toEqual(values);
      values.forEach((value, i) => {
        const isDog = value >= 200 ? 1 : 0;
        expect(labels[i]).toEqual(labelMode === 'categorical' ? [1 - isDog, isDog] : [isDog]);
      });
    }
  });

  test('by classNames: others are left out, the numbers follow the list', async () => {
    await write('bird/1.bmp', plain(100));
    const classNames = ['dog', 'bird'];
    const data = await imageDatasetFromDirectory(folder, { ...options, classNames });
    expect(data.filePaths).toHaveLength(6);
    const { values, labels } = await collect(data);
    values.forEach((value, i) => {
      expect(labels[i]).toEqual([value === 100 ? 1 : 0]);
    });
    const missing = imageDatasetFromDirectory(folder, { ...options, classNames: ['cow'] });
    await expect(missing).rejects.toThrow(/'cow', but the classes there are 'bird', 'cat', 'dog'/);
  });

  test('may be absent', async () => {
    const data = await imageDatasetFromDirectory(folder, { ...options, labelMode: null });
    for await (const x of data) expect(x.shape.slice(1)).toEqual([3, 2, 3]);
  });

  test('may be given', async () => {
    const labels = [3, 3, 3, 3, 3, 8, 8, 8, 8, 8];
    const data = await imageDatasetFromDirectory(folder, { ...options, labels, shuffle: false });
    expect(data.classNames).toEqual(['3', '8']);
    expect((await collect(data)).labels.flat()).toEqual(labels);
  });
});

test("the split is Keras' for the same seed, and every pass has an order of its own", async () => {
  await pets(4);
  const given = { ...options, validationSplit: 0.25, subset: 'both', seed: 7 } as const;
  const [train, val] = await imageDatasetFromDirectory(folder, given);
  expect(new Set([...train.filePaths, ...val.filePaths]).size).toBe(8);
  // The end of what np.random.RandomState(7).shuffle makes of the eight files.
  expect(val.filePaths).toEqual([join(folder, 'dog/0.bmp'), join(folder, 'dog/3.bmp')]);
  const alone = await imageDatasetFromDirectory(folder, { ...given, subset: 'validation' });
  expect(alone.filePaths).toEqual(val.filePaths);
  const [first, second] = [(await collect(train)).values, (await collect(train)).values];
  expect(first).not.toEqual(second);
  expect(first.toSorted()).toEqual(second.toSorted());
});

test("Kaggle's flat layout: the class is the beginning of the name", async () => {
  for (const i of [0, 1, 10]) {
    await write(`cat.${i}.bmp`, plain(10));
    await write(`dog.${i}.bmp`, plain(200));
  }
  const data = await imageDatasetFromDirectory(folder, options);
  expect(data.classNames).toEqual(['cat', 'dog']);
  const { values, labels } = await collect(data);
  expect(labels.flat()).toEqual(values.map((value) => (value > 100 ? 1 : 0)));
});

describe('what is wrong with a folder', () => {
  const fails = (message: RegExp, given = {}) =>
    expect(imageDatasetFromDirectory(folder, { ...options, ...given })).rejects.toThrow(message);

  test('a class without images', async () => {
    await pets(1);
    await write('cow/readme.txt', 'none yet');
    await fails(/no images in 'cow'/);
  });

  test('two classes whose names differ in case alone', async () => {
    await write('Cat/1.bmp', plain(1));
    await write('cat/1.bmp', plain(1));
    await fails(/'Cat', 'cat' differ in case alone/);
  });

  test('nothing in it, and names that tell no class', async () => {
    await fails(/neither subfolders nor images/);
    await write('holiday.bmp', plain(1));
    await fails(/classes cannot be told/);
  });

  test('options that do not fit', async () => {
    await pets(1);
    await fails(/go together/, { validationSplit: 0.2 });
    await fails(/a seed is needed/, { validationSplit: 0.5, subset: 'training' });
    await fails(/between 0 and 1/, { validationSplit: 2, subset: 'training', seed: 1 });
    await fails(/leaves none/, { validationSplit: 0.1, subset: 'validation', seed: 1 });
    await fails(/'int', 'categorical', 'binary' or null/, { labelMode: 'text' });
    await write('cow/1.bmp', plain(1));
    await fails(/for two classes, there are 3/, { labelMode: 'binary' });
    await expect(imageDatasetFromDirectory(folder, { labels: [1] })).rejects.toThrow(ValueError);
  });
});

test('broken files are left out and listed', async () => {
  await pets(3);
  await write('cat/broken.bmp', plain(1).subarray(0, 80));
  const data = await imageDatasetFromDirectory(folder, options);
  for (let pass = 0; pass < 2; pass++) {
    expect((await collect(data)).values).toHaveLength(6);
    expect(data.skipped).toHaveLength(1);
  }
  expect(data.skipped[0].path).toMatch(/broken\.bmp$/);
  expect(data.skipped[0].reason).toMatch(/truncated/);
});

test('a batch of broken files alone is an error', async () => {
  await write('a/1.bmp', 'BM and nothing behind it');
  await write('b/1.bmp', 'BM and nothing behind it');
  const data = await imageDatasetFromDirectory(folder, options);
  await expect(collect(data)).rejects.toThrow(FormatError);
});

describe('decoded images are kept', () => {
  beforeEach(() => pets(2));

  test('in memory', async () => {
    const data = await imageDatasetFromDirectory(folder, { ...options, cache: 'memory', seed: 1 });
    const { values } = await collect(data);
    await rm(join(folder, 'cat'), { recursive: true });
    expect((await collect(data)).values.toSorted()).toEqual(values.toSorted());
  });

  test('in a folder, until the image changes', async () => {
    const cache = join(folder, '.cache');
    const given = { ...options, cache, shuffle: false, dtype: 'uint8' } as const;
    expect((await collect(await imageDatasetFromDirectory(folder, given))).values[0]).toBe(10);
    const files = await readdir(cache);
    expect(files).toHaveLength(4);
    for (const file of files.slice(0, 2)) await writeFile(join(cache, file), 'damaged');
    expect((await collect(await imageDatasetFromDirectory(folder, given))).values[0]).toBe(10);
    await write('cat/0.bmp', plain(77));
    expect((await collect(await imageDatasetFromDirectory(folder, given))).values[0]).toBe(77);
  });

  test('or not, where the folder cannot be written', async () => {
    const cache = join(folder, 'cat/0.bmp/below-a-file');
    const data = await imageDatasetFromDirectory(folder, { ...options, cache });
    expect((await collect(data)).values).toHaveLength(4);
  });
});

test('what does not have the proportions is squeezed, or cut off', async () => {
  const wide = new Uint8Array(3 * 12 * 4);
  for (let y = 0; y < 4; y++) wide.fill(200, 3 * (12 * y + 4), 3 * (12 * y + 8));
  await write('a/1.bmp', encodeBmp({ width: 12, height: 4, channels: 3, data: wide }));
  await write('b/1.bmp', encodeBmp({ width: 12, height: 4, channels: 3, data: wide }));
  const given = { imageSize: [4, 4], shuffle: false } as const;
  const squeezed = await imageDatasetFromDirectory(folder, given);
  expect((await collect(squeezed)).values[0]).toBe(0);
  const cut = await imageDatasetFromDirectory(folder, { ...given, cropToAspectRatio: true });
  expect((await collect(cut)).values[0]).toBe(200);
});
