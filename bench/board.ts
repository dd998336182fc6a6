// The board with many long curves: npm run -s bench -- board --runs 20 --points 100000
// Needs a Chromium (CHROMIUM=/path names one); without it the page's figures are null.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveBoard } from 'gradus/board/server';
import { tfevents } from 'gradus/formats';
import { type Browser, chromium } from 'playwright-core';
import { median, report, rounded } from './lib/figures.ts';
import { numberOptions } from './lib/options.ts';

const { runs, points, updates } = numberOptions({ runs: 20, points: 100_000, updates: 10 });
const folder = mkdtempSync(join(tmpdir(), 'gradus-bench-board-'));

/** A curve that falls with noise. */
function* events(run: number, from: number, to: number) {
  for (let step = from; step < to; step++) {
    const noise = ((step * 7919 + run * 104_729) % 1000) / 5000;
    const value = 2 / (1 + step / 5000) + noise + run / 50;
    const scalar = { kind: 'scalar', value } as const;
    yield { wallTime: 1e9 + step, step, values: [{ tag: 'loss', value: scalar }] };
  }
}

const paths: string[] = [];
for (let run = 0; run < runs; run++) {
  const name = join(folder, `run${run}`);
  mkdirSync(name);
  const path = join(name, 'events.out.tfevents.1.bench');
  writeFileSync(path, tfevents.encode(events(run, 0, points)));
  paths.push(path);
}
const bytes = paths.reduce((sum, path) => sum + statSync(path).size, 0);

const seconds = (since: number): number => rounded((performance.now() - since) / 1000, 2);
const chromiumPath = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
].find((path) => path && existsSync(path));
const browser: Browser | null = chromiumPath
  ? await chromium.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    })
  : null;
const page = (await browser?.newPage({ viewport: { width: 1280, height: 900 } })) ?? null;

globalThis.gc?.();
const before = process.memoryUsage().rss;
const start = performance.now();
const board = await serveBoard(folder, { port: 0 });

/** Waits until the chart shows its curves up to a step. */
const drawn = (step: number) =>
  page
    ?.locator(
      `[data-tag="loss"] [role="img"][aria-label*="run${runs - 1} "][aria-label*=" @ ${step}"]`,
    )
    .waitFor({ state: 'attached', timeout: 60_000 });

// A server that was just started, and a page that is opened at once.
await page?.goto(board.url);
await drawn(points - 1);
const coldOpen = page ? seconds(start) : null;
await board.ready;
const indexed = seconds(start);
const again = performance.now();
await page?.reload();
await drawn(points - 1);
const warmOpen = page ? seconds(again) : null;

const delays: number[] = [];
let next = points;
for (let update = 0; page && update < updates; update++) {
  const wrote = performance.now();
  for (const [run, path] of paths.entries()) {
    appendFileSync(path, tfevents.encode(events(run, next, next + 100)));
  }
  next += 100;
  await drawn(next - 1);
  delays.push(performance.now() - wrote);
  await new Promise((resolve) => setTimeout(resolve, 137));
}

/** Milliseconds between two pictures while the page is scrolled and zoomed. */
const frames = await page?.evaluate(async () => {
  const times: number[] = [];
  let last = performance.now();
  for (let i = 0; i < 60; i++) {
    scrollBy(0, i % 2 ? 40 : -40);
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  return times.sort((a, b) => a - b);
});

report({
  runs,
  points,
  log_mb: rounded(bytes / 1e6, 1),
  index_mb: rounded(board.index.bytes / 1e6, 1),
  server_rss_growth_mb: rounded((process.memoryUsage().rss - before) / 1e6, 1),
  index_s: indexed,
  open_cold_s: coldOpen,
  open_warm_s: warmOpen,
  live_update_ms_median: delays.length ? rounded(median(delays), 0) : null,
  live_update_ms_max: delays.length ? rounded(Math.max(...delays), 0) : null,
  scroll_frame_ms_p95: frames ? rounded(frames[Math.floor(frames.length * 0.95)], 1) : null,
});
await browser?.close();
await board.close();
rmSync(folder, { recursive: true });
