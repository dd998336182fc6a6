import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { DownloadRequest } from '../platform.ts';
import { cacheFolder, download, openCached, removeCached } from './cache.ts';

const contents = new Uint8Array(100_000).map((_, i) => (i * 7919) >> 3);
const sum = createHash('sha256').update(contents).digest('hex');

/** What the server does with each request, in turn; then the last for ever. */
type Reply = (request: IncomingMessage, response: ServerResponse) => void;
let replies: Reply[] = [];
let requests: (string | undefined)[] = [];
const server = createServer((request, response) => {
  requests.push(request.headers.range);
  (replies.length > 1 ? replies.shift()! : replies[0])(request, response);
});
let url = '';
const folder = mkdtempSync(join(tmpdir(), 'gradus-cache-'));

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
});
beforeEach(() => {
  vi.stubEnv('GRADUS_CACHE', join(folder, String(Math.floor(performance.now() * 1000))));
  requests = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const whole: Reply = (_, response) => void response.end(contents);
const ranged: Reply = ({ headers }, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  const range = `bytes ${from}-${contents.length - 1}/${contents.length}`;
  response.writeHead(from ? 206 : 200, from ? { 'content-range': range } : {});
  response.end(contents.subarray(from));
};
/** Breaks the connection after some bytes. */
const cut =
  (at: number, from = 0): Reply =>
  (_, response) => {
    const range = `bytes ${from}-${contents.length - 1}/${contents.length}`;
    response.writeHead(from ? 206 : 200, {
      'content-length': contents.length - from,
      ...(from ? { 'content-range': range } : {}),
    });
    response.write(contents.subarray(from, at), () => setTimeout(() => response.destroy(), 20));
  };
const status =
  (code: number): Reply =>
  (_, response) =>
    void response.writeHead(code).end();
const damaged: Reply = (_, response) => {
  const other = contents.slice();
  other[50_000] ^= 1;
  response.end(other);
};

const request = (more: Partial<DownloadRequest> = {}): DownloadRequest => ({
  key: 'set/file.bin',
  urls: [url],
  size: contents.length,
  sha256: sum,
  ...more,
});

const filesOfCache = () =>
  readdirSync(cacheFolder(), { recursive: true, encoding: 'utf8' }).filter((f) => /\./.test(f));

async function read(more?: Partial<DownloadRequest>): Promise<Uint8Array> {
  const file = await download(request(more));
  try {
    return await file.read(0, file.size);
  } finally {
    await file.close();
  }
}

test('a file is downloaded, reported, kept, opened and removed', async () => {
  replies = [whole];
  const progress: number[] = [];
  expect(await openCached('set/file.bin')).toBeNull();
  const onProgress = (received: number, total: number) => progress.push(received / total);
  expect(await read({ onProgress })).toEqual(contents);
  expect(progress.at(-1)).toBe(1);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(filesOfCache()).toEqual([join('set', 'file.bin')]);
  const cached = await openCached('set/file.bin');
  expect(cached?.size).toBe(contents.length);
  await cached?.close();
  await removeCached('set/file.bin');
  await removeCached('set/file.bin');
  expect(filesOfCache()).toEqual([]);
});

test('a connection that is cut is taken up where it ended', async () => {
  replies = [cut(30_000), cut(60_000, 30_000), ranged];
  expect(await read()).toEqual(contents);
  expect(requests).toEqual([undefined, 'bytes=30000-', 'bytes=60000-']);
});

test('a later call goes on where an earlier one had to give up', async () => {
  replies = [cut(40_000), status(503)];
  await expect(download(request())).rejects.toThrow('the server answered 503');
  expect(filesOfCache()).toEqual([join('set', 'file.bin.part')]);
  replies = [ranged];
  expect(await read()).toEqual(contents);
  expect(requests.at(-1)).toBe('bytes=40000-');
  expect(filesOfCache()).toEqual([join('set', 'file.bin')]);
});

test('a server that knows no ranges sends all again', async () => {
  replies = [cut(40_000), whole];
  expect(await read()).toEqual(contents);
});

test('bytes of another file that were left behind are replaced', async () => {
  mkdirSync(join(cacheFolder(), 'set'), { recursive: true });
  writeFileSync(join(cacheFolder(), 'set/file.bin.part'), new Uint8Array(10_000));
  replies = [ranged];
  expect(await read()).toEqual(contents);
  expect(requests).toEqual(['bytes=10000-', undefined]);
});

test('a wrong sum or size is refused and leaves nothing', async () => {
  replies = [damaged];
  const error = await download(request()).catch((e) => e);
  expect(error).toMatchObject({ name: 'PlatformError', code: 'checksum' });
  expect(error.message).toContain(`expected 100000 bytes with sha256 ${sum}`);
  expect(filesOfCache()).toEqual([]);
  replies = [whole];
  await expect(download(request({ size: 99_999 }))).rejects.toMatchObject({ code: 'too-large' });
  await expect(download(request({ size: 100_001 }))).rejects.toMatchObject({ code: 'network' });
  await removeCached('set/file.bin.part');
  expect(filesOfCache()).toEqual([]);
});

test('the next address is tried, and all are named when all fail', async () => {
  replies = [status(404), damaged, whole];
  expect(await read({ urls: [url, `${url}?2`, `${url}?3`] })).toEqual(contents);
  await removeCached('set/file.bin');
  replies = [status(404)];
  const nowhere = 'http://127.0.0.1:1/file';
  const failing = download(request({ urls: [url, nowhere] }));
  await expect(failing).rejects.toThrow(
    /could not be downloaded\n.*answered 404\n.*127\.0\.0\.1:1/,
  );
});

test('a server that falls silent is given up', async () => {
  replies = [(_, response) => void response.writeHead(200).write(contents.subarray(0, 1000))];
  await expect(download(request({ stallMs: 50 }))).rejects.toThrow('nothing came for 0.05 s');
});

test('the caller can stop it', async () => {
  replies = [(_, response) => void response.writeHead(200).write(contents.subarray(0, 1000))];
  const stop = new AbortController();
  const onProgress = () => stop.abort(new Error('enough'));
  await expect(download(request({ signal: stop.signal, onProgress }))).rejects.toThrow('enough');
});

test('a file of another sum is taken when the caller knows its contents', async () => {
  replies = [damaged];
  const seen: number[] = [];
  const check = async (file: { size: number }) => seen.push(file.size) > 0;
  const bytes = await read({ acceptOther: { maxBytes: 200_000, check } });
  expect(bytes[50_000]).toBe(contents[50_000] ^ 1);
  expect(seen).toEqual([100_000]);
});

test('two callers share one download; a lock that a dead process left is ignored', async () => {
  mkdirSync(join(cacheFolder(), 'set'), { recursive: true });
  writeFileSync(join(cacheFolder(), 'set/file.bin.lock'), '999999999');
  replies = [whole];
  const [a, b] = await Promise.all([read(), read()]);
  expect(a).toEqual(b);
  expect(requests).toHaveLength(1);
});

test('beside another process that downloads the same, neither disturbs the other', async () => {
  mkdirSync(join(cacheFolder(), 'set'), { recursive: true });
  writeFileSync(join(cacheFolder(), 'set/file.bin.lock'), String(process.ppid));
  writeFileSync(join(cacheFolder(), 'set/file.bin.part'), 'of the other');
  replies = [whole];
  expect(await read()).toEqual(contents);
  expect(readFileSync(join(cacheFolder(), 'set/file.bin.part'), 'utf8')).toBe('of the other');
  expect(filesOfCache()).toHaveLength(3);
});

test('a mirror may be a folder', async () => {
  const path = join(folder, 'mirror file.bin');
  writeFileSync(path, contents);
  expect(await read({ urls: [pathToFileURL(path).href] })).toEqual(contents);
  expect(await read({ key: 'other.bin', urls: [path] })).toEqual(contents);
});

test('a key cannot leave the cache', async () => {
  for (const key of ['../x', 'a/../../x', '/x', 'a//b', 'a\\b', '']) {
    await expect(openCached(key)).rejects.toThrow('cannot be the name of a cached file');
  }
});
