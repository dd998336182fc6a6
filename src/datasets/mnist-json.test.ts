import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../index.ts';
import { mnistJson as format, gzip, safetensors } from '../formats/index.ts';
import { FormatError } from '../tensor/index.ts';
import * as mnistJson from './mnist-json.ts';

const points = format.pixelsOfImage;
type Part = [images: number[][], labels: unknown[]];

/** A part with some images of their own. */
const part = (count: number, first = 0): Part => [
  Array.from({ length: count }, (_, i) =>
    Array.from({ length: points }, (__, p) => ((p + i + first) % 21) / 10 - 1),
  ),
  Array.from({ length: count }, (_, i) => (i + first) % 10),
];
const whole = (): Part[] => [part(7), part(3, 1), part(2, 2)];
const bytesOf = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const read = (value: unknown, compress = true) =>
  mnistJson.read(compress ? gzip.encode(bytesOf(value)) : bytesOf(value));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradus-mnist-json-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('mnist.json.gz', () => {
  test.each([true, false])('is read (compressed: %s) as it was written', async (compress) => {
    const data = whole();
    const digits = await read(data, compress);
    expect(digits.parts.train).toMatchObject({
      length: 7,
      labels: Float64Array.from(data[0][1] as number[]),
    });
    expect(digits.image('train', 6)).toEqual(Float32Array.from(data[0][0][6]));
    expect(digits.image('eval', 1)).toEqual(Float32Array.from(data[2][0][1]));
    expect(digits.check().valid).toEqual({
      length: 3,
      pixelMin: -1,
      pixelMax: 1,
      labelCounts: [0, 1, 1, 1, 0, 0, 0, 0, 0, 0],
    });
  });

  test('is read with any spaces and any numbers, in pieces of any size', async () => {
    const numbers = fc.oneof(
      fc.double({ min: -1, max: 1, noNaN: true }).map((x) => String(Math.fround(x))),
      fc.constantFrom(
        '-1',
        '1',
        '-1.0',
        '0',
        '-0',
        '1e-3',
        '-2.5E-1',
        '0.99215686274509803',
        '0.1',
      ),
      fc.integer({ min: 0, max: 999_999_999 }).map((n) => `-0.${String(n).padStart(9, '0')}`),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(numbers, { minLength: 40, maxLength: 40 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.constantFrom(',', ', ', ' ,\n\t'),
        async (few, size, comma) => {
          const image = Array.from({ length: points }, (_, i) => few[i % few.length]);
          const one = `[[[${image.join(comma)}]]${comma}[5]]`;
          const bytes = bytesOf(`[${[one, one, one].join(comma)}]\n`);
          const pieces = [];
          for (let at = 0; at < bytes.length; at += size)
            pieces.push(bytes.subarray(at, at + size));
          const parts = await format.decodeChunks(pieces);
          const digits = new mnistJson.MnistJson(parts);
          expect(digits.image('valid', 0)).toEqual(Float32Array.from(image, Number));
        },
      ),
      { numRuns: 20 },
    );
  });

  test('with more than 256 different numbers keeps them all', async () => {
    const data = whole();
    data[0][0] = data[0][0].map((image, i) => image.map((_, p) => (i * points + p) / 6000 - 0.5));
    const digits = await read(data);
    expect(digits.parts.train.palette).toBeNull();
    expect(digits.parts.valid.palette).not.toBeNull();
    expect(digits.image('train', 6)).toEqual(Float32Array.from(data[0][0][6]));
    const path = join(folder, 'many.json.gz');
    await digits.save(path);
    expect((await mnistJson.read(path)).parts.train).toEqual(digits.parts.train);
  });

  test.each<[string, (data: Part[]) => unknown, string]>([
    [
      'too few numbers',
      (d) => [d[0], [d[1][0].map((x, i) => (i === 2 ? x.slice(1) : x)), d[1][1]], d[2]],
      'valid: image 2 (expected 784 numbers, received 783',
    ],
    [
      'too many numbers',
      (d) => [[[...d[0][0].slice(0, 3), [...d[0][0][3], 0]], d[0][1]], d[1], d[2]],
      'train: image 3',
    ],
    [
      'fewer labels',
      (d) => [d[0], d[1], [d[2][0], [1]]],
      'eval: images and labels do not belong together',
    ],
    [
      'a pixel out of range',
      (d) => [[[d[0][0][0].with(5, 1.5)], [1]], d[1], d[2]],
      'train: image 0, pixel 5 is out of range',
    ],
    [
      'a label that is no digit',
      (d) => [d[0], [d[1][0], [1, 2, 11]], d[2]],
      'valid: label 2 is no digit',
    ],
    [
      'a label that is text',
      (d) => [[d[0][0], ['3']], d[1], d[2]],
      'train: label 0: neither a number',
    ],
    ['a missing part', (d) => d.slice(0, 2), 'parts are missing'],
    ['a part too many', (d) => [...d, d[0]], 'a fourth part'],
    ['no labels', (d) => [[d[0][0]], d[1], d[2]], 'train: 1 lists'],
    ['images as squares', (d) => [[[[d[0][0][0]]], [1]], d[1], d[2]], 'a list of lists'],
    ['numbers in place of images', () => [[[1, 2], [1]], [], []], 'train: image 0'],
    ['an object', () => ({ train: [] }), 'neither a number nor a list'],
    ['text behind the end', (d) => `${JSON.stringify(d)} 7 `, 'bad JSON'],
    ['two numbers without a comma', () => '[[[[1 2 ', 'bad JSON'],
    ['a comma too many', () => '[[[[1,]', 'bad JSON'],
    ['nothing', () => '', 'truncated'],
    ['NaN', (d) => JSON.stringify(d).replace('-1', 'NaN'), 'train: image 0: neither a number'],
    ['a number with a leading zero', (d) => JSON.stringify(d).replace('-1', '-01'), 'bad JSON'],
  ])('with %s is refused', async (_, change, message) => {
    await expect(read(change(whole()))).rejects.toThrow(message);
    await expect(read(change(whole()))).rejects.toThrow(FormatError);
  });

  test('that is cut off or damaged is refused', async () => {
    const bytes = gzip.encode(bytesOf(whole()));
    for (const length of [0, 1, 20, bytes.length >> 1, bytes.length - 1]) {
      await expect(mnistJson.read(bytes.subarray(0, length))).rejects.toThrow(FormatError);
    }
    for (let at = 12; at < bytes.length; at += 397) {
      const damaged = bytes.slice();
      damaged[at] ^= 0x55;
      await expect(mnistJson.read(damaged)).rejects.toThrow(FormatError);
    }
    await expect(mnistJson.read(bytes, { maxBytes: 3 * points })).rejects.toThrow('maxBytes');
  });
});

describe('readers', () => {
  test('give batches, the last with the rest, and shuffle the training images alone', async () => {
    const digits = await read([part(25), part(7, 1), part(2, 2)]);
    const labelsOf = (mode: mnistJson.MnistJsonMode): number[][] => {
      const batches: number[][] = [];
      for (const [images, labels] of reader[mode]()) {
        const { length } = batches[batches.push([...labels.dataSync()]) - 1];
        expect(images).toMatchObject({ dtype: 'float32', shape: [length, 1, 28, 28] });
        expect(labels).toMatchObject({ dtype: 'int64', shape: [length, 1] });
      }
      return batches;
    };
    const reader = Object.fromEntries(
      format.partNames.map((mode) => [mode, digits.reader(mode, { batchSize: 10, seed: 3 })]),
    ) as Record<mnistJson.MnistJsonMode, mnistJson.BatchReader>;
    const [first, second] = [labelsOf('train'), labelsOf('train')];
    expect(first.map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(first.flat()).not.toEqual(second.flat());
    expect(first.flat().sort()).toEqual(second.flat().sort());
    expect(labelsOf('valid')).toEqual([[1, 2, 3, 4, 5, 6, 7]]);
    expect(labelsOf('valid')).toEqual(labelsOf('valid'));
  });

  test('keep each image with its label, flat or not', async () => {
    const digits = await read([part(12), part(3), part(3)]);
    for await (const [images, labels] of digits.reader('train', { flat: true, batchSize: 5 })()) {
      expect(images.shape.slice(1)).toEqual([points]);
      labels.dataSync().forEach((label, i) => {
        const image = Array.from(images.dataSync().subarray(i * points, (i + 1) * points));
        const fits = [label, label + 10].some(
          (k) => k < 12 && String(image) === String(digits.image('train', k)),
        );
        expect(fits).toBe(true);
      });
    }
  });

  test('of an unknown part do not exist', async () => {
    await expect(mnistJson.loadData('test' as never)).rejects.toThrow(
      "mode can only be one of ['train', 'valid', 'eval'], received 'test'",
    );
  });
});

test('MNIST becomes such a file', async () => {
  const digits = (await mnistJson.fromMnist()).take(30, 10);
  const path = join(folder, 'mnist.json.gz');
  await digits.save(path);
  const again = await mnistJson.read(path);
  expect(again.image('train', 29)).toEqual(digits.image('train', 29));
  expect(again.image('train', 0)[200]).toBe(
    Math.fround((digits.parts.train.pixels[200] * 2) / 255 - 1),
  );
  expect(again.describe('train', [0])).toContain('train 0: label 5\n');
  const labels = (await mnistJson.loadData('eval', { path, batchSize: 4 }))();
  expect([...labels].length).toBe(3);
});

const suite = fileURLToPath(new URL('../../../shared/conformance/paddle/', import.meta.url));

describe.skipIf(!existsSync(suite))('the suite (conformance data beside the project)', () => {
  const { cases } = existsSync(suite)
    ? JSON.parse(readFileSync(`${suite}mnist_json.json`, 'utf8'))
    : { cases: [] };
  const tensors = existsSync(suite)
    ? safetensors.decode(new Uint8Array(readFileSync(`${suite}mnist_json.safetensors`))).tensors
    : new Map();
  const readers = cases.filter(({ kind }: { kind: string }) => kind === 'reader');

  // biome-ignore lint/suspicious/noExplicitAny: what a case has depends on its kind
  test.each<{ id: string; [name: string]: any }>(readers)('$id', async (c) => {
    const { mode, batch_size: batchSize, flat } = c.call.args;
    const reader = await mnistJson.loadData(mode, {
      path: `${suite}mnist.json.gz`,
      batchSize,
      flat,
    });
    const sizes: number[] = [];
    const labels: number[] = [];
    const images: number[][] = [];
    for (const [x, y] of reader()) {
      sizes.push(x.shape[0]);
      labels.push(...y.dataSync());
      for (let i = 0; i < x.shape[0]; i++) {
        images.push(Array.from(x.dataSync().subarray(i * points, (i + 1) * points)));
      }
    }
    expect(sizes).toEqual(c.batch_sizes);
    const sums = images.map((image) => image.reduce((a, b) => a + b));
    const total = sums.reduce((a, b) => a + b);
    expect(Math.abs(total / c.pixel_sum - 1)).toBeLessThan(1e-6);
    const listOf = (name: string) => Array.from(tensors.get(name).data as Float32Array, Number);
    if (c.shuffled) {
      if (!c.file_image_sums) return;
      const known = new Map(
        listOf(c.file_image_sums).map((sum, i) => [sum.toFixed(2), listOf(c.file_labels)[i]]),
      );
      const found = sums.filter((sum, i) => known.get(sum.toFixed(2)) === labels[i]).length;
      expect(found).toBeGreaterThan(0.98 * labels.length);
    } else if (c.labels) {
      expect(labels).toEqual(listOf(c.labels));
      expect(images[0]).toEqual(listOf(c.first_image));
      expect(images.at(-1)).toEqual(listOf(c.last_image));
    }
  });
});
