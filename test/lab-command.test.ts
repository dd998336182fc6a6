// gradus lab as a command, and its exported pages on a server that knows nothing of them.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, noChromium } from './chromium.ts';
import { gradus } from './gradus-command.ts';
import { buildLab, type Faults, watch } from './lab-pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradus-lab-'));
beforeAll(buildLab, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('serves on a free port until it is interrupted', async () => {
  let answer: Promise<Response> | null = null;
  const { code, stdout, json } = await gradus(['lab', '--port', '0', '--lang', 'zh-CN', '--json'], {
    watch: (printed, child) => {
      if (answer || !printed.includes('\n')) return;
      const { url } = JSON.parse(printed) as { url: string };
      answer = fetch(url.replace(/#.*/, ''));
      answer.finally(() => child.kill('SIGINT')).catch(() => {});
    },
  });
  expect(code).toBe(0);
  expect(stdout.split('\n')[0]).toMatch(/^\{"url":"http:\/\/127\.0\.0\.1:\d+\/#\?lang=zh-CN"\}$/);
  expect(json.url).toContain('lang=zh-CN');
  const response = (await answer) as unknown as Response;
  expect(response.status).toBe(200);
  expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
});

test('says what is wrong in a line', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const busy = await gradus(['lab', '--port', String(port)]);
  taken.close();
  expect(busy.code).toBe(1);
  expect(busy.stderr).toBe(`gradus: lab: port ${port} is taken; --port 0 takes a free one\n`);
  const full = join(folder, 'full');
  mkdirSync(full);
  writeFileSync(join(full, 'letter.txt'), '');
  const refused = await gradus(['lab', '--export', full]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/is not empty and holds no lab/);
  const wrong = await gradus(['lab', '--lang', 'de']);
  expect(wrong.code).toBe(2);
});

describe.skipIf(!chromiumPath)(`exported${chromiumPath ? '' : ` (skipped: ${noChromium})`}`, () => {
  test('the pages run from a plain server, in a folder of it, with threads', async () => {
    const site = join(folder, 'site');
    expect((await gradus(['lab', '--export', site])).code).toBe(0);
    const types: Record<string, string> = {
      '.html': 'text/html',
      '.js': 'text/javascript',
      '.css': 'text/css',
      '.svg': 'image/svg+xml',
    };
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://x').pathname.replace(/^\/school/, '');
      const file = join(site, path.endsWith('/') ? 'index.html' : path);
      if (!existsSync(file) || !statSync(file).isFile()) return void response.writeHead(404).end();
      response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
      response.end(readFileSync(file));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // Without WebAssembly the engine still computes, and says that it is slow.
    // And without fused multiply-add, where it stays quick, it says that the last digits differ.
    for (const [flags, backend, says] of [
      [[], 'wasm', /^Engine: WebAssembly, \d+ threads?$/],
      [['--js-flags=--no-enable-fma3'], 'wasm', /last digits/],
      [['--js-flags=--jitless'], 'cpu', /plain JavaScript/],
    ] as const) {
      const browser = await launchChromium(flags);
      const faults: Faults = { console: [], foreign: [] };
      const page = await browser.newPage({ locale: 'en-US' });
      watch(page, url, faults);
      await page.goto(`${url}/school/#descent`);
      await page.waitForSelector(`.engine[data-backend=${backend}]`, { timeout: 30_000 });
      await expect.poll(() => page.evaluate(() => crossOriginIsolated)).toBe(true);
      await page.getByText('arrived').first().waitFor({ timeout: 20_000 });
      expect(await page.textContent('.engine')).toMatch(says);
      await browser.close();
      expect(faults).toEqual({ console: [], foreign: [] });
    }
    server.closeAllConnections();
    server.close();
  }, 120_000);
});
