// The lab without its server: what the browser keeps, and what it says where it keeps nothing.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labServer } from '../src/cli/serve-lab.ts';
import { chromiumPath, launchChromium, noChromium } from './chromium.ts';
import { buildLab } from './lab-pages.ts';
import { hasMnist } from './small-mnist.ts';

const lessons = [
  ...['draw', 'descent', 'activations', 'convolution', 'pooling'],
  ...['train', 'overfit', 'words', 'classes', 'open'],
];

describe.skipIf(!chromiumPath)(
  `in Chromium${chromiumPath ? '' : ` (skipped: ${noChromium})`}`,
  () => {
    let browser: Browser;
    let url = '';
    let app: ReturnType<typeof labServer>;
    beforeAll(async () => {
      await buildLab();
      app = labServer();
      url = await app.listen({ port: 0, host: '127.0.0.1' });
      browser = await launchChromium([]);
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      await app?.close();
    });
    /** A page that runs `before` ahead of its own scripts. */
    const open = async (before?: () => void): Promise<Page> => {
      const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
      page.setDefaultTimeout(20_000);
      if (before) await page.addInitScript(before);
      await page.goto(`${url}/`);
      await page.waitForSelector('.offline');
      return page;
    };
    const keep = (page: Page) => page.getByRole('button', { name: 'Keep everything' }).click();

    test('storage that is full or forbidden: a plain sentence, and the lessons go on', async () => {
      for (const [before, sentence] of [
        [
          () => {
            Cache.prototype.add = () => Promise.reject(new DOMException('', 'QuotaExceededError'));
          },
          'storage is full',
        ],
        [
          () => {
            CacheStorage.prototype.open = () =>
              Promise.reject(new DOMException('', 'SecurityError'));
          },
          'does not let the page keep files',
        ],
        [
          () => {
            StorageManager.prototype.estimate = async () => ({ quota: 1e6, usage: 9e5 });
          },
          'storage is full',
        ],
      ] as const) {
        const page = await open(before);
        await keep(page);
        await page.locator('.offline .trouble', { hasText: sentence }).waitFor();
        await page.getByRole('button', { name: '中文' }).click();
        expect(await page.textContent('.offline .trouble')).toMatch(/存储|保存/);
        await page.goto(`${url}/#words`);
        await page.waitForSelector('.tipped li');
        await page.context().close();
      }
    });

    test(
      'after one visit and the button, every lesson works with the server stopped',
      {
        timeout: 120_000,
      },
      async () => {
        const page = await open();
        await page.waitForSelector('html[data-kept]', { state: 'attached' });
        await keep(page);
        await page.locator('.offline output:not(:empty)').waitFor({ timeout: 60_000 });
        await app.close();
        await expect(fetch(url)).rejects.toThrow();
        const errors: string[] = [];
        page.on('pageerror', ({ message }) => errors.push(message));
        for (const id of lessons) {
          await page.goto(`${url}/#${id}`);
          await page.reload();
          await page.waitForSelector('article.lesson .code');
          await page.waitForSelector('.engine[data-backend=wasm]');
          expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
        }
        // Networks and data are there too.
        await page.getByRole('button', { name: 'Take the network of lesson 1' }).click();
        await page.waitForSelector('.kernels canvas');
        await page.goto(`${url}/#words`);
        await page.waitForSelector('.tipped li');
        if (hasMnist) {
          const training = new URLSearchParams({ count: '500', epochs: '1' });
          await page.goto(`${url}/#train?${training}`);
          await page.getByRole('button', { name: 'Train', exact: true }).click();
          await page.waitForSelector('.confusion', { timeout: 60_000 });
        }
        expect(await page.locator('.trouble').count()).toBe(0);
        expect(errors).toEqual([]);
      },
    );
  },
);
