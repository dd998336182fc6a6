// The board with many long curves: npm run -s bench -- board --runs 20 --points 100000
// Needs a Chromium (CHROMIUM=/path/to/it names one); without it the page's figures are null.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveBoard } from 'gradus/board/server';
import { tfevents } from 'gradus/formats';
import type { Page } from 'playwright-core';
import { chromiumPath, launchChromium } from '../test/chromium.ts';
import { median, report, rounded } from './lib/figures.ts';
import { numberOptions } from './lib/options.ts';

/** What the server's process says. */
interface Told {
  readonly url?: string;
  readonly ready?: true;
  readonly rss?: number;
  readonly indexBytes?: number;
  /** Seconds of processor time since it began, both cores together. */
  readonly cpu?: number;
}

/** Unlike seconds on a clock, these say something on a machine that is busy with other things, too. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The server in a process of its own: its memory is nobody else's. */
async function serve(folder: string): Promise<void> {
  const say = (told: Told): void => void process.send?.(told);
  const empty = process.memoryUsage().rss;
  const begin = cpuTime();
  const board = await serveBoard(folder, { port: 0 });
  say({ url: board.url });
  await board.ready;
  say({ ready: true, cpu: cpuTime() - begin });
  process.on('message', () =>
    say({
      rss: process.memoryUsage().rss - empty,
      indexBytes: board.index.bytes,
      cpu: cpuTime() - begin,
    }),
  );
}

/** A curve that falls with noise. */
function* events(run: number, from: number, to: number) {
  for (let step = from; step < to; step++) {
    const noise = ((step * 7919 + run * 104_729) % 1000) / 5000;
    const value = 2 / (1 + step / 5000) + noise + run / 50;
    const scalar = { kind: 'scalar', value } as const;
    yield { wallTime: 1e9 + step, step, values: [{ tag: 'loss', value: scalar }] };
  }
}

/** Waits until the chart shows the curves of all runs up to a step. */
async function drawn(page: Page, runs: number, step: number): Promise<void> {
  const chart = page.locator('[data-tag="loss"] [role="img"]');
  for (;;) {
    const label = (await chart.getAttribute('aria-label', { timeout: 120_000 })) ?? '';
    if (label.split(` @ ${step}`).length > runs) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const told = async (server: ChildProcess, name: keyof Told): Promise<Told> => {
  for (;;) {
    const [message] = (await once(server, 'message')) as [Told];
    if (message[name] !== undefined) return message;
  }
};

/** The 95th hundredth of the times between two pictures while the page is scrolled. */
const scrollTime = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const times: number[] = [];
    let last = performance.now();
    for (let i = 0; i < 100; i++) {
      scrollBy(0, i % 2 ? 40 : -40);
      await new Promise(requestAnimationFrame);
      times.push(performance.now() - last);
      last = performance.now();
    }
    return times.sort((a, b) => a - b)[95];
  });

/** Asks the server what it has used so far. */
function memory(server: ChildProcess): Promise<Told> {
  const answer = told(server, 'rss');
  server.send('memory');
  return answer;
}

const since = (start: number): number => rounded((performance.now() - start) / 1000);

async function measure(): Promise<void> {
  const { runs, points, updates } = numberOptions({ runs: 20, points: 100_000, updates: 10 });
  const folder = mkdtempSync(join(tmpdir(), 'gradus-bench-board-'));
  const paths = Array.from({ length: runs }, (_, run) => {
    mkdirSync(join(folder, `run${run}`));
    const path = join(folder, `run${run}`, 'events.out.tfevents.1.bench');
    writeFileSync(path, tfevents.encode(events(run, 0, points)));
    return path;
  });
  const bytes = paths.reduce((sum, path) => sum + statSync(path).size, 0);
  const browser = chromiumPath ? await launchChromium() : null;
  const page = (await browser?.newPage({ viewport: { width: 1280, height: 900 } })) ?? null;

  const server = fork(process.argv[1], ['--serve', folder]);
  const { url = '' } = await told(server, 'url');
  // The page is opened while the server, just started, has read nothing yet.
  const start = performance.now();
  const ready = told(server, 'ready').then(({ cpu = 0 }) => ({ wall: since(start), cpu }));
  await page?.goto(url);
  if (page) await drawn(page, runs, points - 1);
  const openCold = page ? since(start) : null;
  const indexed = await ready;
  const before = await memory(server);
  const again = performance.now();
  await page?.reload();
  if (page) await drawn(page, runs, points - 1);
  const openWarm = page ? since(again) : null;
  const after = await memory(server);

  const delays: number[] = [];
  let next = points;
  for (let update = 0; page && update < updates; update++) {
    const wrote = performance.now();
    for (const [run, path] of paths.entries()) {
      appendFileSync(path, tfevents.encode(events(run, next, next + 100)));
    }
    next += 100;
    await drawn(page, runs, next - 1);
    delays.push(performance.now() - wrote);
    await new Promise((resolve) => setTimeout(resolve, 137));
  }
  const scroll = page ? await scrollTime(page) : null;
  const { rss = 0, indexBytes = 0 } = await memory(server);
  report({
    runs,
    points,
    log_mb: rounded(bytes / 1e6, 1),
    index_mb: rounded(indexBytes / 1e6, 1),
    server_rss_growth_mb: rounded(rss / 1e6, 1),
    index_s: indexed.wall,
    index_cpu_s: rounded(indexed.cpu),
    open_cold_s: openCold,
    open_warm_s: openWarm,
    open_warm_server_cpu_s: rounded((after.cpu ?? 0) - (before.cpu ?? 0)),
    live_update_ms_median: delays.length ? rounded(median(delays), 0) : null,
    live_update_ms_max: delays.length ? rounded(Math.max(...delays), 0) : null,
    scroll_frame_ms_p95: scroll === null ? null : rounded(scroll, 1),
  });
  await browser?.close();
  server.kill();
  rmSync(folder, { recursive: true });
}

const serving = process.argv.indexOf('--serve');
await (serving > 0 ? serve(process.argv[serving + 1]) : measure());
