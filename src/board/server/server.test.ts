import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LogEvent } from '../../formats/log-value.ts';
import { encode } from '../../formats/tfevents.ts';
import { LogWriter } from '../log-writer.ts';
import { dataAddress, decodePacket } from '../series/index.ts';
import { boardApp } from './app.ts';
import { exportBoard, serveBoard } from './index.ts';
import { LogIndex } from './log-index.ts';
import { parseProjectorConfig } from './projector.ts';
import { Watcher } from './watcher.ts';

const scratch = mkdtempSync(join(tmpdir(), 'gradus-board-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const page = join(scratch, 'page');
mkdirSync(page);
writeFileSync(join(page, 'index.html'), '<head></head><script defer src="./board.js"></script>');
for (const name of ['board.js', 'board.css', 'icon.svg']) writeFileSync(join(page, name), '');

let made = 0;
let folder = '';
let close: (() => Promise<void>) | null = null;
beforeEach(() => {
  folder = join(scratch, `logs${made++}`);
  mkdirSync(folder);
});
afterEach(async () => {
  await close?.();
  close = null;
});

interface Opened {
  readonly app: FastifyInstance;
  readonly index: LogIndex;
  get(address: string): Promise<Awaited<ReturnType<FastifyInstance['inject']>>>;
}

async function open(): Promise<Opened> {
  const index = await LogIndex.open(folder);
  const watcher = new Watcher(index);
  await watcher.ready;
  watcher.stop();
  const files = new Map([['index.html', { type: 'text/html', body: Buffer.from('page') }]]);
  const app = boardApp({ index, watcher, page: files, folder, lang: 'en', host: '127.0.0.1' });
  close = () => app.close();
  const headers = { host: '127.0.0.1:6006' };
  return { app, index, get: async (address) => app.inject({ url: `/${address}`, headers }) };
}

const curve = (count: number, tag = 'loss'): LogEvent[] =>
  Array.from({ length: count }, (_, i) => ({
    wallTime: 1000 + i,
    step: i,
    values: [{ tag, value: { kind: 'scalar', value: i % 100 } }],
  }));

function writeRun(
  run: string,
  events: readonly LogEvent[],
  name = 'events.out.tfevents.1.a',
): string {
  mkdirSync(join(folder, run), { recursive: true });
  const path = join(folder, run, name);
  writeFileSync(path, encode(events));
  return path;
}

const steps = async ({ get }: Opened, tag = 'loss'): Promise<Record<string, number[]>> => {
  const { rawPayload } = await get(dataAddress('scalars', { tag, points: 1000 }));
  const { json, arrays } = decodePacket<{ run: string }[]>(Uint8Array.from(rawPayload).buffer);
  return Object.fromEntries(json.map(({ run }, i) => [run, [...arrays[4 * i]]]));
};

describe('the index', () => {
  test('of an empty folder is empty', async () => {
    const board = await open();
    expect((await board.get('api/runs')).json()).toMatchObject({ runs: [], loading: false });
    expect((await board.get('api/hparams')).json()).toEqual({ sessions: [] });
  });

  test('follows logs while they grow, appear and go', async () => {
    const board = await open();
    const path = writeRun('a', curve(3));
    expect(await board.index.update()).toEqual(new Set(['a']));
    expect(await steps(board)).toEqual({ a: [0, 1, 2] });
    appendFileSync(path, encode(curve(5).slice(3)));
    writeRun('b', curve(1));
    expect(await board.index.update()).toEqual(new Set(['a', 'b']));
    expect(await steps(board)).toEqual({ a: [0, 1, 2, 3, 4], b: [0] });
    expect(await board.index.update()).toEqual(new Set());
    rmSync(join(folder, 'a'), { recursive: true });
    expect(await board.index.update()).toEqual(new Set(['a']));
    expect(await steps(board)).toEqual({ b: [0] });
    expect((await board.get(dataAddress('graph', { run: 'a' }))).statusCode).toBe(404);
  });

  test('reads half a record once the rest is there', async () => {
    const board = await open();
    const bytes = encode(curve(4));
    const path = writeRun('a', []);
    writeFileSync(path, bytes.subarray(0, bytes.length - 7));
    await board.index.update();
    expect(await steps(board)).toEqual({ a: [0, 1, 2] });
    appendFileSync(path, bytes.subarray(bytes.length - 7));
    await board.index.update();
    expect(await steps(board)).toEqual({ a: [0, 1, 2, 3] });
    expect(board.index.runs()[0].damage).toEqual([]);
  });

  test('reads a file anew that became another one', async () => {
    const board = await open();
    writeRun('a', curve(9));
    await board.index.update();
    writeRun('a', curve(2));
    await board.index.update();
    expect(await steps(board)).toEqual({ a: [0, 1] });
  });

  test('goes on behind damage and tells of it', async () => {
    const board = await open();
    const bytes = encode(curve(1000));
    bytes.fill(7, 2000, 2100);
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a/events.out.tfevents.1'), bytes);
    await board.index.update();
    const { a } = await steps(board);
    expect(a.length).toBeGreaterThan(990);
    expect(a.at(-1)).toBe(999);
    const [{ damage }] = board.index.runs();
    expect(damage).toEqual([
      { file: 'a/events.out.tfevents.1', count: 2, first: expect.stringContaining('its sum') },
    ]);
  });

  test('joins the files of a run and puts steps in order', async () => {
    writeRun('a', curve(6).slice(2), 'events.out.tfevents.1');
    writeRun('a', curve(4), 'events.out.tfevents.2');
    expect(await steps(await open())).toEqual({ a: [0, 1, 2, 2, 3, 3, 4, 5] });
  });

  test('reads records that are larger than its buffer', async () => {
    const image = new Uint8Array(3 << 20).fill(5);
    const value = { kind: 'image', width: 1, height: 1, images: [image] } as const;
    const picture = { wallTime: 1, step: 1, values: [{ tag: 'big', value }] };
    writeRun('a', [...curve(3), picture, ...curve(2, 'after')]);
    const board = await open();
    expect(await steps(board, 'after')).toEqual({ a: [0, 1] });
    expect(board.index.count('image', 'a', 'big')).toBe(1);
    expect(board.index.bytes).toBeLessThan(10_000);
  });

  test('does not leave its folder by links', async () => {
    const outside = join(scratch, 'outside');
    mkdirSync(outside, { recursive: true });
    writeFileSync(join(outside, 'events.out.tfevents.1'), encode(curve(3)));
    symlinkSync(outside, join(folder, 'link'));
    symlinkSync(join(outside, 'events.out.tfevents.1'), join(folder, 'events.out.tfevents.1'));
    symlinkSync(folder, join(folder, 'loop'));
    expect((await open()).index.runs()).toEqual([]);
  });
});

describe('answers', () => {
  test('of long curves are thinned out, smoothed and zoomed', async () => {
    writeRun('a', curve(100_000));
    const { get } = await open();
    const ask = async (more: object) => {
      const address = dataAddress('scalars', { tag: 'loss', points: 100, ...more });
      const { rawPayload } = await get(address);
      return decodePacket<{ total: number }[]>(Uint8Array.from(rawPayload).buffer);
    };
    const whole = await ask({});
    expect(whole.json[0].total).toBe(100_000);
    expect(whole.arrays[0].length).toBeLessThanOrEqual(100);
    expect(Math.max(...whole.arrays[2])).toBe(99);
    const zoomed = await ask({ from: 500, to: 520, smoothing: 0.9 });
    expect([...zoomed.arrays[0]]).toEqual(Array.from({ length: 23 }, (_, i) => 499 + i));
    expect(zoomed.arrays[3][0]).not.toBe(zoomed.arrays[2][0]);
    // The average comes from the whole curve, not from where the zoom begins.
    const wide = await ask({ from: 0, to: 520, smoothing: 0.9, points: 1000 });
    expect(wide.arrays[3].at(-1)).toBe(zoomed.arrays[3].at(-1));
  });

  test('as CSV have every point', async () => {
    writeRun('a,"b', curve(6000));
    const { get } = await open();
    const { body, headers } = await get(dataAddress('csv', { tag: 'loss' }));
    const lines = body.trimEnd().split('\r\n');
    expect(lines).toHaveLength(6001);
    expect(lines.slice(0, 2)).toEqual(['run,tag,step,wall_time,value', '"a,""b",loss,0,1000,0']);
    expect(headers['content-disposition']).toContain('attachment');
  });

  test('of what a writer notes are there', async () => {
    const writer = new LogWriter(join(folder, 'run'));
    for (let step = 0; step < 3; step++) {
      writer.addHistogram('weights', [1, 2, 3], step);
      writer.addImage('picture', [[0, 1]], step, { dataFormats: 'HW' });
    }
    writer.addText('text', 'hello', 0);
    writer.addPrCurve('pr', [1, 0], [0.9, 0.1], 0);
    writer.addGraph((x) => x.mul(2), [2]);
    writer.addHparams({ rate: 0.1 }, ['accuracy']);
    writer.addScalar('accuracy', 0.5, 0);
    writer.addEmbeddings(
      'points',
      [
        [1, 2],
        [3, 4],
      ],
      ['a', 'b'],
    );
    const samples = [[[0]], [[1]]];
    writer.addSamples('samples', samples, 0, { labels: [0, 1], dataFormats: 'NHW' });
    writer.close();
    const { get } = await open();
    const values = async (kind: string, tag: string) =>
      (await get(dataAddress('values', { kind, run: 'run', tag, limit: 2 }))).json();
    expect(await values('histogram', 'weights')).toMatchObject({
      total: 3,
      values: [{ step: 0 }, { step: 2, index: 2 }],
    });
    expect((await values('image', 'picture')).values[0]).toMatchObject({ images: 1, width: 2 });
    expect((await values('text', 'text')).values[0].texts).toEqual(['hello']);
    expect((await values('curve', 'pr')).values).toHaveLength(1);
    expect((await values('samples', 'samples')).values[0].labels).toEqual([0, 1]);
    const picture = { run: 'run', tag: 'picture', index: 2, n: 0 };
    const image = await get(dataAddress('image', { kind: 'image', ...picture }));
    expect(image.headers['content-type']).toBe('image/png');
    expect((await get(dataAddress('image', { ...picture, index: 3 }))).statusCode).toBe(404);
    const graph = (await get(dataAddress('graph', { run: 'run' }))).json();
    expect(graph.nodes.map(({ op }: { op: string }) => op)).toContain('Input');
    expect((await get('api/hparams')).json()).toEqual({
      sessions: [{ run: 'run', hparams: { rate: 0.1 }, metrics: { accuracy: 0.5 } }],
    });
    const { rawPayload } = await get(dataAddress('embedding', { run: 'run', tag: 'points:00000' }));
    const packet = decodePacket(Uint8Array.from(rawPayload).buffer);
    expect(packet.json).toMatchObject({ rows: 2, columns: 2, labels: [['a'], ['b']] });
    expect([...packet.arrays[0]]).toEqual([1, 2, 3, 4]);
  });

  test('show as pictures only what a browser does not run', async () => {
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>');
    const value = { kind: 'image', width: 1, height: 1, images: [svg] } as const;
    writeRun('a', [{ wallTime: 1, step: 1, values: [{ tag: 'x', value }] }]);
    const { get } = await open();
    const { statusCode } = await get(dataAddress('image', { run: 'a', tag: 'x', index: 0 }));
    expect(statusCode).toBe(404);
  });

  test('tell nothing of files outside, whatever is asked for', async () => {
    writeRun('a', curve(2));
    writeFileSync(join(scratch, 'secret.txt'), 'secret');
    const config = 'embeddings { tensor_name: "t" tensor_path: "../../secret.txt" }';
    writeFileSync(join(folder, 'a/projector_config.pbtxt'), config);
    const { get } = await open();
    const evil = [
      '../secret.txt',
      '..',
      '/etc/passwd',
      '..%2fsecret.txt',
      'a/../../secret.txt',
      '\0',
    ];
    const addresses = evil.flatMap((name) => [
      ...['graph', 'embedding', 'image', 'values', 'scalars', 'csv'].flatMap((what) => [
        `api/${what}?run=${encodeURIComponent(name)}&tag=loss`,
        `api/${what}?run=a&tag=${encodeURIComponent(name)}`,
        `api/${what}?run=a&tag=loss&kind=${encodeURIComponent(name)}`,
        `api/${what}?run=a&tag=loss&index=${encodeURIComponent(name)}`,
      ]),
      encodeURIComponent(name),
      name.replace('\0', '%00'),
    ]);
    addresses.push('api/embedding?run=a&tag=t', '..%2f..%2fsecret.txt', '%2e%2e/secret.txt');
    for (const address of addresses) {
      const { statusCode, body } = await get(address);
      expect(body, address).not.toMatch(/secret\n|root:/);
      expect(statusCode, address).toBeLessThan(500);
      if (statusCode !== 200) expect(body).not.toContain(scratch);
    }
  });

  test('to wrong parameters say what is wrong', async () => {
    const { get } = await open();
    for (const [address, message] of [
      ['api/scalars', 'tag: needs one value'],
      ['api/scalars?tag=a&tag=b', 'tag: needs one value'],
      ['api/scalars?tag=a&points=1e9', 'points: needs a number from 4 to 20000'],
      ['api/scalars?tag=a&axis=up', 'axis: must be one of step, wall, relative'],
      ['api/values?kind=secret', 'kind: must be one of'],
      ['api/nothing', 'there is no such page'],
    ]) {
      const { statusCode, body } = await get(address);
      expect([400, 404]).toContain(statusCode);
      expect(body).toContain(message);
    }
  });

  test('carry a strict policy, and go to nobody who uses another name', async () => {
    const { app, get } = await open();
    const { headers } = await get('');
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self';/);
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    const other = await app.inject({ url: '/api/runs', headers: { host: 'evil.example' } });
    expect(other.statusCode).toBe(403);
    const post = { method: 'POST', url: '/api/runs', headers: { host: 'localhost' } } as const;
    expect((await app.inject(post)).statusCode).toBe(404);
  });
});

const real = fileURLToPath(new URL('../../../../shared/data/models', import.meta.url));
describe.skipIf(!existsSync(join(real, 'tfevents')))('logs that others wrote', () => {
  test('open: PyTorch and VisualDL', async () => {
    const index = await LogIndex.open(real);
    await index.update();
    const runs = new Map(index.runs().map(({ name, ...run }) => [name, run]));
    expect(runs.get('tfevents/janosh/strict/run_1')?.tags).toEqual({ scalar: ['strict/foo'] });
    expect(runs.get('vdlrecords')?.tags.scalar).toContain('resnet20/train/acc');
    expect(runs.get('vdlrecords/pr')?.tags.curve).toContain('vegetables_cls/bocai_pr_curve');
    expect(runs.get('vdlrecords/text')?.tags).toEqual({ text: ['output1', 'output2'] });
    expect([...runs.values()].flatMap(({ damage, unknown }) => [damage, unknown].flat())).toEqual(
      [],
    );
    const [pr] = await index.values('curve', 'vdlrecords/pr', 'vegetables_cls/bocai_pr_curve', 1);
    expect(pr.value.kind === 'curve' && pr.value.truePositives[0]).toBe(40);
    expect(index.series('vdlrecords', 'resnet20/train/acc')?.values.length).toBeGreaterThan(50);
  });
});

describe('serveBoard', () => {
  test('tells the page of changes within two seconds', async () => {
    const path = writeRun('a', curve(1));
    const board = await serveBoard(folder, { port: 0, page });
    close = board.close;
    await board.ready;
    const abort = new AbortController();
    const response = await fetch(`${board.url}api/updates`, { signal: abort.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    const start = performance.now();
    appendFileSync(path, encode(curve(2).slice(1)));
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toBe('data: {"runs":["a"]}\n\n');
    expect(performance.now() - start).toBeLessThan(2000);
    abort.abort();
  });

  test('says when a port is in use', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    await expect(serveBoard(folder, { port, page })).rejects.toThrow(
      `board: port ${port} is in use; choose another one with --port`,
    );
    taken.close();
  });

  test('says when the folder is none, and when the page is not built', async () => {
    await expect(serveBoard(join(folder, 'none'), { page })).rejects.toThrow('is not a folder');
    await expect(serveBoard(folder, { page: scratch })).rejects.toThrow('the page is not built');
  });
});

describe('exportBoard', () => {
  test('writes the data into a script beside the page', async () => {
    const writer = new LogWriter(join(folder, 'run'));
    writer.addScalar('loss', 1, 0);
    writer.addImage('picture', [[0, 1]], 0, { dataFormats: 'HW' });
    writer.close();
    const target = join(scratch, 'exported');
    expect(await exportBoard(folder, target, { page })).toMatchObject({ runs: 1, images: 1 });
    const window: { gradusBoardData?: Record<string, Record<string, unknown>> } = {};
    new Function('window', readFileSync(join(target, 'board-data.js'), 'utf8'))(window);
    const { json, packets, images } = window.gradusBoardData ?? {};
    expect(json['api/runs']).toMatchObject({ runs: [{ name: 'run' }] });
    expect(Object.keys(packets)).toEqual(['api/scalars?points=4000&tag=loss']);
    expect(Object.values(images)).toEqual(['images/1.png']);
    expect(existsSync(join(target, 'images/1.png'))).toBe(true);
    expect(readFileSync(join(target, 'index.html'), 'utf8')).toContain('Content-Security-Policy');
    // Again into the same folder, but not over anything else.
    await exportBoard(folder, target, { page });
    await expect(exportBoard(folder, scratch, { page })).rejects.toThrow('is not empty');
  });
});

test('parseProjectorConfig takes what the projector takes', () => {
  const text = `
    embeddings {
      tensor_name: "a \\"b\\""
      tensor_shape: 10
      tensor_shape: 3
      tensor_path: "a.bytes"
      sprite { image_path: "x.png" single_image_dim: 4 }
    }
    embeddings { tensor_path: "c.tsv" metadata_path: "m.tsv" }`;
  expect(parseProjectorConfig(text)).toEqual([
    { tag: 'a "b"', tensorPath: 'a.bytes', metadataPath: null, shape: [10, 3] },
    { tag: 'c.tsv', tensorPath: 'c.tsv', metadataPath: 'm.tsv', shape: [] },
  ]);
  for (const broken of ['', '}}}', 'embeddings {', '"', 'embeddings { tensor_path: }']) {
    expect(parseProjectorConfig(broken)).toEqual([]);
  }
});
