// The lab's pages in a browser: one server and one Chromium for all tests of a file.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { labServer } from '../src/cli/serve-lab.ts';
import { buildApp } from '../tools/build-apps.ts';
import { launchChromium } from './chromium.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Where the built pages lie. */
export const site: string = join(root, 'dist/apps/lab');

function newest(folder: string): number {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return Math.max(
    ...files
      .filter((file) => /\.(tsx?|js|css|html|svg|safetensors|bin)$/.test(file))
      .filter((file) => !file.endsWith('.test.ts'))
      .map((file) => statSync(join(root, folder, file)).mtimeMs),
  );
}

/** Builds the pages unless they are newer than their sources. */
export async function buildLab(): Promise<void> {
  const index = join(site, 'index.html');
  if (existsSync(index)) {
    const built = statSync(index).mtimeMs;
    if (['apps/lab', 'src'].every((folder) => newest(folder) < built)) return;
  }
  await buildApp('lab', site);
}

/** What a page should never do. */
export interface Faults {
  readonly console: string[];
  /** Requests to other origins. */
  readonly foreign: string[];
}

export interface Lab {
  readonly browser: Browser;
  readonly url: string;
  readonly faults: Faults;
  /** Opens a page of a size, in a language, and shows a lesson: `draw`, `descent?rate=0.1`. */
  open(hash: string, options?: BrowserContextOptions): Promise<Page>;
}

/** Writes down what a page should never do. */
export function watch(page: Page, origin: string, faults: Faults): void {
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.console.push(message.text());
  });
  page.on('pageerror', (error) => faults.console.push(error.stack ?? error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(blob|data):/.test(url)) faults.foreign.push(url);
  });
}

/** Starts server and browser for the tests of a file, and checks at their end that no page did what it should not. */
export function useLab(): () => Lab {
  let lab: Lab | null = null;
  const app = labServerLater();
  beforeAll(async () => {
    await buildLab();
    const url = await app.start();
    // A camera that shows a moving picture, allowed without asking.
    const browser = await launchChromium([
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
    ]);
    const faults: Faults = { console: [], foreign: [] };
    lab = {
      browser,
      url,
      faults,
      open: async (hash, options = {}) => {
        const context = await browser.newContext({ locale: 'en-US', ...options });
        const page = await context.newPage();
        page.setDefaultTimeout(10_000);
        watch(page, url, faults);
        await page.goto(`${url}/#${hash}`);
        await page.waitForSelector('h1');
        return page;
      },
    };
  }, 180_000);
  afterAll(async () => {
    await lab?.browser.close();
    await app.stop();
    expect(lab?.faults).toEqual({ console: [], foreign: [] });
  });
  return () => {
    if (!lab) throw new Error('the lab is not open yet');
    return lab;
  };
}

/** Opens pages as `Lab.open` does, and closes them when the test has ended. */
export function useOpen(lab: () => Lab): Lab['open'] {
  let pages: Page[] = [];
  afterEach(async () => {
    for (const page of pages) await page.context().close();
    pages = [];
  });
  return async (...args) => {
    const page = await lab().open(...args);
    pages.push(page);
    return page;
  };
}

function labServerLater() {
  let server: ReturnType<typeof labServer> | null = null;
  return {
    async start(): Promise<string> {
      server = labServer();
      return server.listen({ port: 0, host: '127.0.0.1' });
    },
    async stop(): Promise<void> {
      await server?.close();
    },
  };
}
