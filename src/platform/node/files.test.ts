import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PlatformError } from '../platform.ts';
import {
  exists,
  joinPath,
  listFolder,
  makeFolder,
  openAppend,
  openFile,
  readFile,
  removeFile,
  writeFileAtomic,
} from './files.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'five bytes.bin');
const bytes = Uint8Array.of(1, 2, 3, 4, 5);
writeFileSync(path, bytes);

const failing = (code: string) => expect.objectContaining({ name: 'PlatformError', code });

describe('readFile', () => {
  test('reads from whatever names a file or holds its bytes', async () => {
    const sources = [path, pathToFileURL(path), pathToFileURL(path).href, new Blob([bytes]), bytes];
    for (const source of [...sources, bytes.buffer, new Uint8Array(new SharedArrayBuffer(5))]) {
      const read = await readFile(source);
      expect(read).toHaveLength(5);
      expect(read.buffer).toBeInstanceOf(ArrayBuffer);
    }
    expect(await readFile(path)).toEqual(bytes);
    expect(await readFile(bytes)).toBe(bytes);
  });

  test('refuses more than maxBytes, before and while it reads', async () => {
    expect(await readFile(path, { maxBytes: 5 })).toHaveLength(5);
    for (const source of [path, new Blob([bytes]), bytes]) {
      await expect(readFile(source, { maxBytes: 4 })).rejects.toEqual(failing('too-large'));
    }
  });

  test.skipIf(process.platform === 'win32')('counts what has no size', async () => {
    const reading = readFile('/dev/zero', { maxBytes: 100_000 });
    await expect(reading).rejects.toEqual(failing('too-large'));
  });

  test('says what is wrong with a path', async () => {
    const missing = join(folder, 'nothing.bin');
    await expect(readFile(missing)).rejects.toThrow(`reading ${missing}: there is no such file`);
    await expect(readFile(missing)).rejects.toBeInstanceOf(PlatformError);
    await expect(readFile(folder)).rejects.toThrow('it is a folder');
  });

  describe('of an address', () => {
    const server = createServer((request, response) => {
      if (request.url !== '/five') response.writeHead(404).end('no');
      else response.writeHead(200, { 'transfer-encoding': 'chunked' }).end(bytes);
    });
    let base = '';
    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => void server.close());

    test('fetches it within the budget', async () => {
      expect(await readFile(`${base}/five`)).toEqual(bytes);
      const tight = readFile(new URL(`${base}/five`), { maxBytes: 4 });
      await expect(tight).rejects.toEqual(failing('too-large'));
      await expect(readFile(`${base}/six`)).rejects.toEqual(failing('missing'));
      await expect(readFile('http://127.0.0.1:1/')).rejects.toEqual(failing('network'));
    });
  });
});

describe('openFile', () => {
  test('reads pieces', async () => {
    for (const source of [path, new Blob([bytes]), bytes]) {
      const file = await openFile(source);
      expect(file.size).toBe(5);
      expect(await file.read(1, 3)).toEqual(bytes.slice(1, 4));
      expect(await file.read(5, 0)).toHaveLength(0);
      await expect(file.read(3, 3)).rejects.toEqual(failing('truncated'));
      const chunks = [];
      for await (const chunk of file.chunks(2)) chunks.push([...chunk]);
      expect(chunks).toEqual([[1, 2], [3, 4], [5]]);
      await file.close();
    }
  });

  test('opens files only, within the budget', async () => {
    await expect(openFile(folder)).rejects.toThrow('it is a folder');
    await expect(openFile(join(folder, 'nothing'))).rejects.toEqual(failing('missing'));
    await expect(openFile(path, { maxBytes: 4 })).rejects.toEqual(failing('too-large'));
  });
});

describe('writeFileAtomic', () => {
  const target = join(folder, 'written.bin');
  const leftovers = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'));

  test('writes bytes, text and pieces over what was there', async () => {
    await writeFileAtomic(target, bytes);
    expect(readFileSync(target)).toEqual(Buffer.from(bytes));
    await writeFileAtomic(target, 'täxt');
    expect(readFileSync(target, 'utf8')).toBe('täxt');
    async function* pieces() {
      yield Uint8Array.of(7);
      yield Uint8Array.of(8, 9);
    }
    await writeFileAtomic(pathToFileURL(target), pieces());
    expect(readFileSync(target)).toEqual(Buffer.of(7, 8, 9));
    expect(leftovers()).toEqual([]);
  });

  test('leaves the old file alone when it fails half way', async () => {
    await writeFileAtomic(target, 'old');
    function* broken() {
      yield Uint8Array.of(1);
      throw new Error('the source failed');
    }
    await expect(writeFileAtomic(target, broken())).rejects.toThrow('the source failed');
    expect(readFileSync(target, 'utf8')).toBe('old');
    expect(leftovers()).toEqual([]);
  });

  test('can write while the old file is open for reading', async () => {
    await writeFileAtomic(target, 'old');
    const reader = await openFile(target);
    const writing = writeFileAtomic(target, 'new').catch((error: unknown) => error);
    if (process.platform === 'win32') await reader.close();
    expect(await writing).toBeUndefined();
    if (process.platform !== 'win32') await reader.close();
    expect(readFileSync(target, 'utf8')).toBe('new');
  });

  test('says where it cannot write', async () => {
    const nowhere = join(folder, 'no/such/folder.bin');
    await expect(writeFileAtomic(nowhere, 'x')).rejects.toThrow(`writing ${nowhere}: there is no`);
  });

  test.skipIf(process.platform === 'win32')('writes through a link', async () => {
    const link = join(folder, 'link');
    symlinkSync(target, link);
    await writeFileAtomic(link, 'through');
    expect(readFileSync(target, 'utf8')).toBe('through');
  });
});

test('openAppend adds to a file', async () => {
  const log = join(folder, 'log.txt');
  for (const word of ['one', 'two']) {
    const stream = await openAppend(log);
    await stream.write(`${word}\n`);
    await stream.write(Uint8Array.of(33, 10));
    await stream.flush();
    await stream.close();
  }
  expect(readFileSync(log, 'utf8')).toBe('one\n!\ntwo\n!\n');
});

test('folders are made, listed in order and tested for', async () => {
  const deep = joinPath(folder, 'a', 'b');
  expect(await exists(deep)).toBe(false);
  await makeFolder(deep);
  await makeFolder(deep);
  expect(await exists(deep)).toBe(true);
  for (const name of ['z', 'B', 'a']) writeFileSync(join(deep, name), '');
  mkdirSync(join(deep, 'c'));
  expect(await listFolder(deep)).toEqual([
    { name: 'B', kind: 'file' },
    { name: 'a', kind: 'file' },
    { name: 'c', kind: 'folder' },
    { name: 'z', kind: 'file' },
  ]);
  await removeFile(join(deep, 'z'));
  await removeFile(join(deep, 'z'));
  expect(await listFolder(deep)).toHaveLength(3);
  await expect(listFolder(join(folder, 'none'))).rejects.toEqual(failing('missing'));
});
