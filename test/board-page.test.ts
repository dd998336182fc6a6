// The board's page in a real browser, on the logs of a real training.
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fromData, layers, random, Sequential, setSeed, TensorBoard } from 'gradus';
import { LogWriter } from 'gradus/board';
import { exportBoard, type RunningBoard, serveBoard } from 'gradus/board/server';
import { tfevents } from 'gradus/formats';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../tools/build-apps.ts';
import { chromiumPath, launchChromium, noChromium } from './chromium.ts';

const scratch = mkdtempSync(join(tmpdir(), 'gradus-board-page-'));
const logs = join(scratch, 'logs');
const pageFolder = join(scratch, 'page');

function classifier(filters: number): Sequential {
  setSeed(1);
  const model = new Sequential([
    layers.input({ shape: [8, 8, 1] }),
    layers.conv2d({ filters, kernelSize: 3, activation: 'relu' }),
    layers.flatten(),
    layers.dense({ units: 3, activation: 'softmax' }),
  ]);
  const loss = 'sparseCategoricalCrossentropy';
  return model.compile({ optimizer: 'adam', loss, metrics: ['accuracy'] });
}

/** Pictures whose class is the third of the picture that is bright. */
function stripes(count: number) {
  const noise = random.uniform([count, 8, 8, 1], { seed: 3 }).dataSync() as Float32Array;
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  const pixels = noise.map((value, i) => {
    const column = i % 8;
    const bright = Math.floor((3 * column) / 8) === labels[Math.floor(i / 64)];
    return bright ? 0.5 + value / 2 : value;
  });
  return [fromData(pixels, [count, 8, 8, 1]), fromData(labels, [count])] as const;
}

async function trainInto(folder: string, filters: number): Promise<void> {
  const [x, y] = stripes(96);
  const model = classifier(filters);
  const callback = new TensorBoard(folder, {
    histogramFreq: 1,
    writeImages: true,
    updateFreq: 'batch',
    samples: { x, labels: y, classNames: ['left', 'middle', 'right'] },
  });
  await model.fit(x, y, { epochs: 3, verbose: 0, validationData: [x, y], callbacks: [callback] });
  const writer = new LogWriter(join(folder, 'notes'));
  writer.addText('about', `${filters} filters\n用中文`);
  writer.addHparams({ filters, optimizer: 'adam' }, ['accuracy']);
  writer.addScalar('accuracy', 0.5 + filters / 100, 0);
  writer.addEmbeddings('pixels', x.reshape([96, 64]), Array.from(y.dataSync(), String));
  writer.close();
}

let browser: Browser;
let board: RunningBoard;

beforeAll(async () => {
  if (!chromiumPath) return;
  await trainInto(join(logs, 'small'), 2);
  await trainInto(join(logs, 'large'), 4);
  await buildApp('board', pageFolder);
  board = await serveBoard(logs, { port: 0, page: pageFolder });
  browser = await launchChromium();
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await board?.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** What went wrong on a page, and what it asked for beyond its server. */
interface Watched {
  readonly page: Page;
  readonly problems: string[];
}

async function openPage(
  url: string,
  options: { locale?: string; colorScheme?: 'light' | 'dark' } = {},
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1200, height: 900 },
    locale: 'en',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('request', (request) => {
    const target = new URL(request.url());
    const isOwn = ['127.0.0.1', ''].includes(target.hostname);
    if (!isOwn) problems.push(`asked for ${request.url()}`);
  });
  await page.goto(url);
  return { page, problems };
}

/** Waits for what is drawn once it is in sight, and brings it there. */
async function reach(page: Page, selector: string): Promise<void> {
  const card = page.locator(selector.split(' ')[0]).first();
  await card.scrollIntoViewIfNeeded();
  await page.locator(selector).first().waitFor();
}

const tabs: readonly [name: string, en: string, zh: string, shows: string][] = [
  ['scalars', 'Scalars', '标量', '[data-tag="epoch_loss"] canvas'],
  ['images', 'Images', '图像', '.pictures img'],
  ['histograms', 'Histograms', '直方图', '.card canvas'],
  ['texts', 'Text', '文本', '.text pre'],
  ['graph', 'Graph', '网络结构', '.graph .box'],
  ['hparams', 'Hyperparameters', '超参数', 'td'],
  ['curves', 'PR and ROC', 'PR 与 ROC', '.card canvas'],
  ['projector', 'Projector', '高维数据', '.card canvas'],
  ['samples', 'Data set', '数据集', '.samples img'],
];

describe.skipIf(!chromiumPath)(`the page${chromiumPath ? '' : ` (${noChromium})`}`, () => {
  test.each([
    ['en', 'light'],
    ['zh-CN', 'dark'],
  ] as const)('shows every tab in %s, %s', { timeout: 180_000 }, async (locale, colorScheme) => {
    const { page, problems } = await openPage(board.url, { locale, colorScheme });
    for (const [name, en, zh, shows] of tabs) {
      await page.getByRole('tab', { name: locale === 'en' ? en : zh, exact: true }).click();
      await reach(page, shows);
      if (name !== 'scalars') expect(new URL(page.url()).hash).toBe(`#${name}`);
    }
    expect(await page.locator('html').getAttribute('lang')).toBe(locale);
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(background).toBe(colorScheme === 'light' ? 'rgb(243, 245, 247)' : 'rgb(19, 23, 28)');
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test('compares runs that are chosen by a pattern, and saves curves', async () => {
    const { page, problems } = await openPage(board.url);
    const card = page.locator('[data-tag="epoch_loss"]');
    const label = () => card.getByRole('img').getAttribute('aria-label');
    await reach(page, '[data-tag="epoch_loss"] [role="img"]');
    expect(await label()).toMatch(/small\/train .*; small\/validation/);
    await page.getByRole('searchbox', { name: 'Name pattern of runs' }).fill('^large/');
    await expect.poll(label).not.toContain('small');
    await page.getByRole('checkbox', { name: 'large/validation' }).uncheck();
    await expect.poll(label).not.toContain('validation');
    for (const ending of ['CSV', 'SVG', 'PNG']) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        card.getByRole('button', { name: ending }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(`epoch_loss.${ending.toLowerCase()}`);
    }
    await page.getByRole('searchbox', { name: 'Name pattern of runs' }).fill('(');
    await page.getByText('This is no regular expression').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test('can be used with the keyboard alone', async () => {
    const { page, problems } = await openPage(board.url);
    const chart = page.locator('[data-tag="batch_loss"]').getByRole('img');
    await chart.waitFor();
    await chart.focus();
    await page.keyboard.press('+');
    await page.locator('[data-tag="batch_loss"]').getByText('Reset zoom').waitFor();
    await page.keyboard.press('0');
    await page
      .locator('[data-tag="batch_loss"]')
      .getByText('Reset zoom')
      .waitFor({ state: 'hidden' });
    await page.getByRole('tab', { name: 'Scalars' }).focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
    const group = page.getByRole('button', { name: /^Unfold .*conv2d/ }).first();
    await group.waitFor();
    await group.focus();
    await page.keyboard.press('Enter');
    await page
      .getByRole('button', { name: /conv2d.*Parameter/ })
      .first()
      .waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test('shows samples with the most wrong first, and hyperparameters in order', async () => {
    const { page, problems } = await openPage(`${board.url}#samples`);
    const card = page.locator('[data-run="large/train"]');
    await card.locator('.samples img').first().waitFor();
    const count = (text: string | null) => Number(/(\d+) wrong/.exec(text ?? '')?.[1]);
    const wrong = count(await card.locator('output').first().textContent());
    expect(await card.locator('.samples li.wrong').count()).toBe(wrong);
    const classes = await card
      .locator('.samples li')
      .evaluateAll((list) => list.map((li) => li.className));
    expect(classes.lastIndexOf('wrong')).toBe(wrong - 1);
    await page.getByRole('tab', { name: 'Hyperparameters' }).click();
    await page.getByRole('button', { name: /^filters/ }).click();
    expect(await page.locator('tbody th').allTextContents()).toEqual([
      ' large/notes',
      ' small/notes',
    ]);
    await page.getByRole('button', { name: /^filters/ }).click();
    await expect
      .poll(() => page.locator('tbody th').allTextContents())
      .toEqual([' small/notes', ' large/notes']);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test('draws an embedding by UMAP in a worker', { timeout: 120_000 }, async () => {
    const { page, problems } = await openPage(`${board.url}#projector`);
    await page.locator('.card canvas').waitFor();
    await page.getByLabel('Method').selectOption('umap');
    await page.locator('[data-method="umap"][aria-busy="false"]').waitFor({ timeout: 90_000 });
    await expect.poll(() => page.locator('.card canvas').count(), { timeout: 30_000 }).toBe(1);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test('follows a training in another process within two seconds', async () => {
    const { page, problems } = await openPage(board.url);
    await page.locator('.card canvas').first().waitFor();
    await page.getByRole('searchbox', { name: 'Name pattern of tags' }).fill('live');
    const writing = spawn(process.execPath, [
      'tools/run.mjs',
      'test/write-live-log.ts',
      join(logs, 'live'),
    ]);
    const errors: string[] = [];
    writing.stderr.on('data', (data) => errors.push(String(data)));
    // Each line of the other process says which step it has written, and when.
    const delays: number[] = [];
    for await (const chunk of writing.stdout) {
      for (const line of String(chunk).trim().split('\n')) {
        const [step, time] = line.split(' ').map(Number);
        if (step % 10 !== 0) continue;
        await page
          .locator(`[data-tag="live/loss"] [role="img"][aria-label*=" @ ${step}."]`)
          .waitFor({ state: 'attached', timeout: 20_000 });
        delays.push(Date.now() - time);
      }
    }
    expect(errors.join('')).toBe('');
    expect(delays.length).toBeGreaterThan(2);
    expect(Math.min(...delays)).toBeLessThan(2000);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test('goes on when a run is deleted, and tells of damage', async () => {
    const { page, problems } = await openPage(board.url);
    const folder = join(logs, 'short-lived');
    mkdirSync(folder);
    const path = join(folder, 'events.out.tfevents.1');
    const events = Array.from({ length: 50 }, (_, step) => ({
      wallTime: 1000 + step,
      step,
      values: [{ tag: 'brief', value: { kind: 'scalar' as const, value: step } }],
    }));
    const bytes = tfevents.encode(events);
    bytes.fill(1, 500, 600);
    appendFileSync(path, bytes);
    await page.locator('[data-tag="brief"] canvas').first().waitFor();
    await page.getByText(/^Damaged places: \d/).waitFor();
    rmSync(folder, { recursive: true });
    await page.locator('[data-tag="brief"]').waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test('of an empty folder says so, and fills when something comes', async () => {
    const folder = join(scratch, 'empty');
    mkdirSync(folder);
    const empty = await serveBoard(folder, { port: 0, page: pageFolder, lang: 'zh-CN' });
    const { page, problems } = await openPage(empty.url);
    await page.getByText('此文件夹中还没有日志').waitFor();
    const writer = new LogWriter(join(folder, 'first'));
    writer.addScalar('loss', 1, 1);
    await page.locator('[data-tag="loss"] canvas').first().waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
    await empty.close();
  });

  test('opens from a folder when it was exported', { timeout: 180_000 }, async () => {
    const target = join(scratch, 'exported');
    await exportBoard(logs, target, { page: pageFolder });
    const { page, problems } = await openPage(pathToFileURL(join(target, 'index.html')).href);
    for (const [, en, , shows] of tabs) {
      await page.getByRole('tab', { name: en, exact: true }).click();
      await reach(page, shows);
    }
    const image = page.locator('.samples img').first();
    expect(
      await image.evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth)),
    ).toBe(8);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
