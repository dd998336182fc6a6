// The browser's side of #platform, in a browser.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, noChromium } from '../../test/chromium.ts';
import type * as Platform from './browser.ts';

declare const platform: typeof Platform;

const contents = new Uint8Array(300_000).map((_, i) => (i * 7919) >> 3);
const sha256 = createHash('sha256').update(contents).digest('hex');
let cuts = 0;

describe.skipIf(!chromiumPath)(
  `in Chromium${chromiumPath ? '' : ` (skipped: ${noChromium})`}`,
  () => {
    let browser: Browser;
    let page: Page;
    let script = '';
    const server = createServer((request, response) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      if (request.url === '/') {
        response.setHeader('content-type', 'text/html');
        response.end('<script type="module" src="platform.js"></script>');
      } else if (request.url === '/platform.js') {
        response.setHeader('content-type', 'text/javascript');
        response.end(script);
      } else if (request.url === '/worker.js') {
        response.setHeader('content-type', 'text/javascript');
        response.end('onmessage = ({ data }) => postMessage([data]);');
      } else if (request.url === '/data/file.bin') {
        const range = `bytes ${from}-${contents.length - 1}/${contents.length}`;
        const length = { 'content-length': contents.length - from };
        response.writeHead(from ? 206 : 200, from ? { ...length, 'content-range': range } : length);
        if (cuts-- > 0) {
          const part = contents.subarray(from, from + 100_000);
          response.write(part, () => setTimeout(() => response.destroy(), 100));
        } else response.end(contents.subarray(from));
      } else response.writeHead(404).end();
    });

    beforeAll(async () => {
      const { outputFiles } = await build({
        stdin: {
          contents: `import * as platform from './browser.ts'; globalThis.platform = platform;`,
          resolveDir: fileURLToPath(new URL('.', import.meta.url)),
        },
        bundle: true,
        write: false,
        format: 'esm',
        platform: 'browser',
      });
      script = outputFiles[0].text;
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      browser = await launchChromium();
      page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await page.waitForFunction('globalThis.platform !== undefined');
    });
    afterAll(async () => {
      await browser?.close();
      server.closeAllConnections();
      server.close();
    });

    test('reads files of the page, Blobs and buffers within the budget', async () => {
      const read = await page.evaluate(async () => {
        const { readFile, openFile, sha256 } = platform;
        const blob = new File([Uint8Array.of(1, 2, 3)], 'three.bin');
        const opened = await openFile('data/file.bin');
        const refused = async (f: () => Promise<unknown>) => f().catch((error) => error.message);
        return {
          fetched: await sha256(await readFile('data/file.bin')),
          blob: [...(await readFile(blob))],
          piece: [...(await opened.read(299_998, 2))],
          sum: await sha256(opened),
          refused: [
            await refused(() => readFile('data/file.bin', { maxBytes: 299_999 })),
            await refused(() => readFile(blob, { maxBytes: 2 })),
            await refused(() => readFile('nothing.bin')),
            await refused(() => platform.listFolder('data')),
          ],
          exists: [await platform.exists('data/file.bin'), await platform.exists('nothing')],
        };
      });
      expect(read.fetched).toBe(sha256);
      expect(read.sum).toBe(sha256);
      expect(read.blob).toEqual([1, 2, 3]);
      expect(read.piece).toEqual([...contents.subarray(299_998)]);
      expect(read.refused[0]).toMatch(/data\/file\.bin has 300000 bytes, allowed are 299999/);
      expect(read.refused[1]).toMatch(/three\.bin has 3 bytes, allowed are 2/);
      expect(read.refused[2]).toMatch(/nothing\.bin: the server answered 404/);
      expect(read.refused[3]).toMatch(
        /listing a folder is not possible in a browser; pass the File/,
      );
      expect(read.exists).toEqual([true, false]);
    });

    test('downloads into the cache, goes on after a cut, refuses a wrong sum', async () => {
      const fetchIt = (sum: string) =>
        page.evaluate(async (sha256) => {
          const url = new URL('data/file.bin', location.href).href;
          const request = { key: 'set/file.bin', urls: [url], size: 300_000, sha256 };
          try {
            return await platform.sha256(await platform.download(request));
          } catch (error) {
            return (error as Error).message;
          }
        }, sum);
      const cached = () =>
        page.evaluate(async () => (await platform.openCached('set/file.bin'))?.size ?? null);
      expect(await cached()).toBeNull();
      cuts = 2;
      expect(await fetchIt(sha256)).toBe(sha256);
      expect(await cached()).toBe(300_000);
      await page.reload();
      await page.waitForFunction('globalThis.platform !== undefined');
      expect(await cached()).toBe(300_000);
      await page.evaluate(() => platform.removeCached('set/file.bin'));
      expect(await cached()).toBeNull();
      cuts = 0;
      expect(await fetchIt('0'.repeat(64))).toMatch(/expected 300000 bytes with sha256 000/);
      expect(await cached()).toBeNull();
    });

    test('offers a written file as a download', async () => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.evaluate(() => platform.writeFileAtomic('folder/model.bin', Uint8Array.of(1, 2, 3))),
      ]);
      expect(download.suggestedFilename()).toBe('model.bin');
      const chunks = [];
      for await (const chunk of await download.createReadStream()) chunks.push(...chunk);
      expect(chunks).toEqual([1, 2, 3]);
    });

    test('starts workers', async () => {
      const answer = await page.evaluate(async () => {
        const worker = platform.spawnWorker(new URL('worker.js', location.href), 'data');
        const first = new Promise((resolve) => worker.onMessage(resolve));
        worker.unref();
        const message = await first;
        worker.terminate();
        return [message, platform.hardwareConcurrency() > 0, platform.environment('HOME')];
      });
      expect(answer.slice(0, 2)).toEqual([['data'], true]);
    });
  },
);
