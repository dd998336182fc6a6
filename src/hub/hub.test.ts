import { createHash } from 'node:crypto';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeBmp } from '../data/image/index.ts';
import { dense, flatten, input } from '../layers/index.ts';
import { setSeed, zeros } from '../ops/index.ts';
import { FormatError, ShapeError, ValueError } from '../tensor/index.ts';
import { loadModel, Sequential } from '../training/index.ts';
import { classifierOf, describeModel, hub, ImageClassifier, readCatalog } from './index.ts';

let folder = '';
let mirror = '';
let cache = '';
let weights: Buffer;

/** A network of one layer for images of 4 x 4, on a mirror of its own. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradus-hub-'));
  mirror = join(folder, 'mirror');
  await mkdir(join(mirror, 'tiny'), { recursive: true });
  setSeed(1);
  const model = network();
  await model.saveWeights(join(mirror, 'tiny/model.safetensors'));
  await writeFile(join(mirror, 'tiny/config.json'), model.toJson());
  const names = JSON.stringify({ 0: ['n1', 'dark'], 1: ['n2', 'light'] });
  await writeFile(join(mirror, 'classes.json'), names);
  await writeFile(join(mirror, 'catalog.json'), JSON.stringify(await catalogOf()));
  weights = await readFile(join(mirror, 'tiny/model.safetensors'));
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  cache = await mkdtemp(join(folder, 'cache-'));
  vi.stubEnv('GRADUS_CACHE', cache);
  vi.stubEnv('GRADUS_HUB_MIRROR', mirror);
  return () => vi.unstubAllEnvs();
});

function network(): Sequential {
  return new Sequential([
    input({ shape: [4, 4, 3] }),
    flatten({ name: 'flatten' }),
    dense(2, { activation: 'softmax', name: 'out' }),
  ]);
}

async function fileEntry(path: string) {
  const bytes = await readFile(join(mirror, path));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, bytes: bytes.length, sha256 };
}

async function catalogOf() {
  return {
    classes_file: await fileEntry('classes.json'),
    models: [
      {
        name: 'tiny',
        architecture: 'Tiny',
        constructor: 'a key that must do no harm',
        task: 'image-classification',
        input: { height: 4, width: 4, channels: 3 },
        preprocessing: {
          steps: [
            { step: 'center_crop', fraction: [7, 8] },
            { step: 'resize', height: 4, width: 4, method: 'bilinear', antialias: false },
            { step: 'scale', multiply: 1 / 127.5, add: -1 },
          ],
        },
        classes: 2,
        parameters: 98,
        features_layer: 'flatten',
        files: [await fileEntry('tiny/model.safetensors'), await fileEntry('tiny/config.json')],
        accuracy: { top1_percent: 50, top5_percent: 100, photos: 'none' },
        licence: 'MIT',
      },
      { name: 'other', task: 'segmentation' },
    ],
  };
}

const picture = (value: number) =>
  encodeBmp({ width: 9, height: 5, channels: 3, data: new Uint8Array(135).fill(value) });

describe('a model of a mirror', () => {
  test('is listed, found and loaded; its scores are those of its network', async () => {
    expect((await hub.list()).map(({ name }) => name)).toContain('tiny');
    const model = await hub.load('tiny');
    expect(model.entry).toMatchObject({ licence: 'MIT', accuracy: { top1: 0.5 } });
    const [best, second] = await model.classify(picture(255));
    const scores = model.model.apply(zeros([1, 4, 4, 3]).add(1)).dataSync();
    expect(best.score).toBeCloseTo(Math.max(...(scores as Float32Array)), 5);
    expect(best.score + second.score).toBeCloseTo(1, 5);
    expect(best).toMatchObject(best.index === 0 ? { id: 'n1', label: 'dark' } : { label: 'light' });
  });

  test('takes bytes, Blobs, points, tensors, and several of them', async () => {
    const model = await hub.load('tiny');
    const data = new Uint8Array(135).fill(255);
    const image = zeros([5, 9, 3]).add(255);
    const ways = [new Blob([picture(255)]), { width: 9, height: 5, channels: 3, data }, image];
    const expected = await model.classify(picture(255));
    for (const way of ways) expect(await model.classify(way)).toEqual(expected);
    const list = await model.classify([picture(255), picture(0)], { topK: 1 });
    expect(list.map((classes) => classes.length)).toEqual([1, 1]);
    const sized = zeros([2, 4, 4, 3]).add(255);
    expect((await model.classify(sized)) as unknown).toEqual([expected, expected]);
    expect((await model.features(picture(0))).shape).toEqual([1, 48]);
    expect((await model.logits([picture(0), picture(9)])).shape).toEqual([2, 2]);
  });

  test('is there without a network once it was fetched', async () => {
    expect(await hub.fetch('tiny')).toEqual([
      'tiny/config.json',
      'classes.json',
      'tiny/model.safetensors',
    ]);
    const states = await hub.verify('tiny');
    expect(states.map(({ right }) => right)).toEqual([true, true, true]);
    const moved = join(folder, 'elsewhere');
    await mkdir(moved, { recursive: true });
    await copyFile(join(mirror, 'catalog.json'), join(moved, 'catalog.json'));
    const model = await hub.load('tiny', { mirror: moved });
    expect(model.classes).toHaveLength(2);
  });

  test('that is damaged in the cache is found out, removed and fetched anew', async () => {
    await hub.fetch('tiny');
    const file = join(cache, 'hub/tiny/model.safetensors');
    const damaged = Buffer.from(weights);
    damaged[damaged.length - 1] ^= 1;
    await writeFile(file, damaged);
    expect((await hub.verify('tiny', { remove: false })).map(({ right }) => right)).toContain(
      false,
    );
    await hub.load('tiny');
    expect(await readFile(file)).toEqual(weights);
  });

  test('with a wrong sum on the mirror is refused, and nothing is left of it', async () => {
    const bad = join(folder, 'bad');
    await mkdir(join(bad, 'tiny'), { recursive: true });
    for (const name of ['catalog.json', 'classes.json', 'tiny/config.json']) {
      await copyFile(join(mirror, name), join(bad, name));
    }
    const forged = Buffer.from(weights);
    forged[forged.length - 5] ^= 0x40;
    await writeFile(join(bad, 'tiny/model.safetensors'), forged);
    await expect(hub.load('tiny', { mirror: bad })).rejects.toThrow(/sha256/);
    await expect(stat(join(cache, 'hub/tiny/model.safetensors'))).rejects.toThrow(/ENOENT/);
  });
});

describe('a mirror at an address', () => {
  let server: Server;
  let cutAfter = Number.POSITIVE_INFINITY;
  const ranges: (string | undefined)[] = [];

  beforeAll(async () => {
    server = createServer(async ({ url = '', headers }, response) => {
      const bytes = await readFile(join(mirror, url)).catch(() => null);
      if (!bytes) return void response.writeHead(404).end();
      if (url.endsWith('.safetensors')) ranges.push(headers.range);
      const from = Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
      const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
      response.writeHead(from ? 206 : 200, {
        'content-length': bytes.length - from,
        ...(from > 0 && range),
      });
      const end = url.endsWith('.safetensors') ? from + cutAfter : bytes.length;
      if (end >= bytes.length) return void response.end(bytes.subarray(from));
      response.write(bytes.subarray(from, end), () => response.destroy());
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => server.close());

  test('a download that is cut off goes on where it ended, and tells how far it is', async () => {
    cutAfter = Math.ceil(weights.length / 3);
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const seen: [string, number, number][] = [];
    const onProgress = (...told: [string, number, number]) => void seen.push(told);
    await hub.load('tiny', { mirror: address, onProgress });
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
    expect(ranges.length).toBeGreaterThan(1);
    const last = seen.findLast(([file]) => file === 'tiny/model.safetensors');
    expect(last?.slice(1)).toEqual([weights.length, weights.length]);
  });
});

describe('what there is not', () => {
  test('a name that nobody knows', async () => {
    await expect(hub.load('nothing')).rejects.toThrow(ValueError);
    await expect(hub.load('nothing')).rejects.toThrow(/there are digits, fashion,.*tiny/);
  });

  test('offline, or without a mirror', async () => {
    await expect(hub.load('tiny', { mirror: null })).rejects.toThrow(/no model 'tiny'/);
    const offline = hub.load('squeezenet', { offline: true });
    await expect(offline).rejects.toThrow(/not in the cache/);
    vi.stubEnv('GRADUS_HUB_MIRROR', '');
    await expect(hub.load('squeezenet')).rejects.toThrow(/GRADUS_HUB_MIRROR/);
  });

  test.each([
    ['no JSON', 'catalog', /no JSON/],
    ['no models', '{}', /no list of models/],
    ['a bad name', '{"models":[{"task":"image-classification","name":"../x"}]}', /no good name/],
    ['no files', '{"models":[{"task":"image-classification","name":"x"}]}', /missing or bad/],
  ])('a catalog with %s', (_, text, message) => {
    const read = () => readCatalog(text, 'catalog.json');
    expect(read).toThrow(FormatError);
    expect(read).toThrow(message);
  });

  test('a path that leaves the mirror', async () => {
    const catalog = await catalogOf();
    catalog.models[0].files![0].path = 'tiny/../../x.safetensors';
    expect(() => readCatalog(JSON.stringify(catalog), 'catalog.json')).toThrow(/path, bytes/);
  });

  test('images of another shape, or none', async () => {
    const model = await hub.load('tiny');
    await expect(model.classify(zeros([4, 4]))).rejects.toThrow(ShapeError);
    await expect(model.classify([])).rejects.toThrow(/there is no image/);
    await expect(model.classify(picture(1), { topK: 0 })).rejects.toThrow(/topK/);
    await expect(model.classify(join(folder, 'no.bmp'))).rejects.toThrow(/no\.bmp/);
  });
});

test("PaddleHub's Module", async () => {
  const module = new hub.Module({ name: 'tiny' });
  const path = join(folder, 'a.bmp');
  await writeFile(path, picture(30));
  const results = await module.classification({ paths: [path], images: [picture(30)], topK: 2 });
  expect(results).toHaveLength(2);
  expect(Object.keys(results[0]).toSorted()).toEqual(['dark', 'light']);
  expect(results[0]).toEqual(results[1]);
  await expect(module.classification({})).rejects.toThrow(/pass paths or images/);
  expect(await hub.find('mobilenet_v2_imagenet')).toMatchObject({ name: 'mobilenet_v2_1.0_224' });
});

describe("classifiers of one's own", () => {
  const make = () =>
    new ImageClassifier({
      name: 'mine',
      model: network(),
      classes: [{ label: 'a' }, { label: 'b' }],
      preprocessing: [
        { step: 'resize', height: 4, width: 4, method: 'bicubic', antialias: true },
        { step: 'scale', multiply: 1, subtract_bgr: [1, 2, 3] },
      ],
    });

  test('are saved with their classes and preprocessing', async () => {
    const mine = make();
    const file = join(folder, 'mine.safetensors');
    await describeModel(mine).save(file);
    const again = classifierOf(await loadModel(file));
    expect(again.classes).toEqual(mine.classes);
    expect(again.preprocessing).toEqual(mine.preprocessing);
    expect(again.featuresLayer).toBe('flatten');
    expect(await again.classify(picture(50))).toEqual(await mine.classify(picture(50)));
    await truncate(file, 100);
    await expect(loadModel(file)).rejects.toThrow(FormatError);
  });

  test('need as many classes as scores, and a model that says what it takes', () => {
    const parts = { name: 'x', model: network(), classes: [], preprocessing: [] };
    expect(() => new ImageClassifier(parts)).toThrow(/gives 2 scores, but there are 0 classes/);
    expect(() => classifierOf(network())).toThrow(/does not say which images/);
  });
});

describe('the models in the package', () => {
  /** A seven as one writes it on paper. */
  function seven() {
    const data = new Uint8Array(3 * 100 * 120).fill(230);
    const ink = (x: number, y: number) => data.fill(30, 3 * (100 * y + x), 3 * (100 * y + x) + 3);
    for (let t = 0; t <= 400; t++) {
      const [x, y] = t < 160 ? [30 + t / 4, 30] : [70 - (t - 160) / 9, 30 + (t - 160) / 4];
      for (let i = -3; i <= 3; i++)
        for (let j = -3; j <= 3; j++) ink(Math.round(x + i), Math.round(y + j));
    }
    return { width: 100, height: 120, channels: 3, data };
  }

  test('recognise a digit without anything else', async () => {
    vi.stubEnv('GRADUS_HUB_MIRROR', '');
    const model = await hub.load('digits', { offline: true });
    const [best] = await model.classify(seven(), { topK: 1 });
    expect(best).toMatchObject({ label: '7', index: 7 });
    expect(best.score).toBeGreaterThan(0.9);
    expect(model.model.countParams()).toBe(model.entry.parameters);
    await expect(model.classify(picture(200))).rejects.toThrow(/no digit can be seen/);
  });

  test('and a garment', async () => {
    const model = await hub.load('fashion');
    expect(model.model.countParams()).toBe(model.entry.parameters);
    // Trousers: two legs.
    const data = new Uint8Array(3 * 60 * 90).fill(250);
    for (let y = 10; y < 80; y++) {
      for (let x = 15; x < 45; x++) {
        if (y > 30 && x > 27 && x < 33) continue;
        data.fill(60, 3 * (60 * y + x), 3 * (60 * y + x) + 3);
      }
    }
    const [best] = await model.classify({ width: 60, height: 90, channels: 3, data });
    expect(best.label).toBe('trousers');
  });
});
