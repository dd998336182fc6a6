// The course's network in the lab's page beside Node, step by step: npm run -s bench -- lab-step --count 10000
// Needs built pages (npm run build) and a Chromium (CHROMIUM=/path/to/it names one).
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Page } from 'playwright-core';
import { launchChromium } from '../test/chromium.ts';
import { usualThreads } from './lib/engine.ts';
import { median, report, rounded } from './lib/figures.ts';
import { numberOptions } from './lib/options.ts';

const { count, rounds } = numberOptions({ count: 10_000, rounds: 3 });
const batch = 32;
/** Steps that prepare kernels and fill caches. */
const warmUp = 40;

/** Opens lesson 6 with the course's network, and closes the browser when `measure` has ended. */
async function onPage<T>(url: string, measure: (page: Page) => Promise<T>): Promise<T> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`${url}/#train?count=${count}&epochs=1&batch=${batch}&rate=0.001&seed=3`);
    await page.getByRole('button', { name: 'The course’s CNN' }).click();
    await page.waitForSelector('.stack-table tfoot');
    return await measure(page);
  } finally {
    await browser.close();
  }
}

const train = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Train', exact: true }).click();

/** Milliseconds a step by the browser's own clock: what the page says it is at, watched as it changes. */
const stepTime = (url: string): Promise<number> =>
  onPage(url, async (page) => {
    await page.evaluate(() => {
      const seen: [number, number][] = [];
      Object.assign(globalThis, { seen });
      const status = document.querySelector('.train-status')!;
      new MutationObserver(() => {
        const step = Number(/step ([\d,]+) of/.exec(status.textContent)?.[1].replace(',', ''));
        if (step > (seen.at(-1)?.[0] ?? 0)) seen.push([step, performance.now()]);
      }).observe(status, { childList: true, characterData: true, subtree: true });
    });
    await train(page);
    await page.waitForSelector('.confusion', { timeout: 300_000 });
    const seen = await page.evaluate(() => (globalThis as { seen?: [number, number][] }).seen!);
    const [first, last] = [seen.find(([step]) => step >= warmUp)!, seen.at(-1)!];
    return (last[1] - first[1]) / (last[0] - first[0]);
  });

/** Milliseconds from keys that are pressed while the network trains to the end of the next picture, in order. */
const answerTimes = (url: string): Promise<number[]> =>
  onPage(url, async (page) => {
    await train(page);
    await page.getByText(/step \d+ of/).waitFor();
    await page.evaluate(() => {
      const answers: number[] = [];
      Object.assign(globalThis, { answers });
      const answered = ({ timeStamp }: Event): void => {
        requestAnimationFrame(() =>
          setTimeout(() => answers.push(performance.now() - timeStamp), 0),
        );
      };
      addEventListener('keydown', answered, true);
    });
    await page.getByRole('slider', { name: /^Seed/ }).focus();
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press(i % 2 ? 'ArrowLeft' : 'ArrowRight');
      await page.waitForTimeout(80);
    }
    const answers = await page.evaluate(() => (globalThis as { answers?: number[] }).answers!);
    return answers.toSorted((a, b) => a - b);
  });

/** Milliseconds a step in Node; `native` as GRADUS_NATIVE. */
function inNode(native: string | undefined): number {
  const steps = Math.floor(count / batch) - 20;
  const command = `npm run -s bench -- mnist-step --batch ${batch} --steps ${steps}`;
  const env = { ...process.env, GRADUS_NATIVE: native };
  const { stdout, stderr } = spawnSync(command, { env, shell: true, encoding: 'utf8' });
  const line = stdout.trim().split('\n').at(-1);
  if (!line) throw new Error(stderr);
  return JSON.parse(line).ms_per_step;
}

const server = spawn(process.execPath, ['dist/cli/main.js', 'lab', '--port', '0']);
try {
  const [said] = (await once(server.stdout, 'data')) as [Buffer];
  const url = /http:\S+(?=\/)/.exec(said.toString())?.[0];
  if (!url) throw new Error(`the lab did not say where it is: ${said}`);
  const chromium: number[] = [];
  const webAssembly: number[] = [];
  const machineCode: number[] = [];
  for (let round = 0; round < rounds; round++) {
    chromium.push(await stepTime(url));
    webAssembly.push(inNode('0'));
    machineCode.push(inNode(process.env.GRADUS_NATIVE));
  }
  const answers = await answerTimes(url);
  report({
    threads: usualThreads,
    batch,
    ms_per_step: rounded(median(chromium)),
    node_webassembly_ms_per_step: rounded(median(webAssembly)),
    node_ms_per_step: rounded(median(machineCode)),
    to_node_webassembly: rounded(median(chromium) / median(webAssembly)),
    to_node: rounded(median(chromium) / median(machineCode)),
    answer_ms: rounded(median(answers), 1),
    answer_ms_most: rounded(answers.at(-1) as number, 1),
  });
} finally {
  server.kill();
}
