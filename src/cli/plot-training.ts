import { Callback, type Logs } from '../index.ts';
import { curves, type Language } from '../plot/index.ts';
import { checkWritable } from './check-writable.ts';
import { print } from './terminal.ts';

/** Steps between two points of the curves. */
const UPDATE = 10;

/** Notes loss and accuracy while a network is trained. */
export class StepCurves extends Callback {
  readonly epoch: number[] = [];
  readonly history: Record<string, number[]> = {};
  #step = 0;

  override onTrainBatchEnd(_batch: number, logs: Logs): void {
    if (this.#step++ % UPDATE !== 0) return;
    this.epoch.push(this.#step);
    for (const [name, value] of Object.entries(logs)) (this.history[name] ??= []).push(value);
  }
}

/** Says at once that a plot cannot be written. */
export const checkPlot = (path: string | undefined): Promise<void> =>
  path === undefined
    ? Promise.resolve()
    : checkWritable(path, { option: '--plot', extensions: ['.png', '.svg', '.html'] });

/** Chinese where the system speaks it. */
const language = (): Language =>
  /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '')
    ? 'zh-CN'
    : 'en';

/** Draws the curves of a training into a file. */
export async function plotTraining(
  path: string,
  title: string,
  training: Parameters<typeof curves>[0],
  x: 'epoch' | 'step',
): Promise<void> {
  await curves(training, { title, x, lang: language() }).save(path);
  print(`drew ${path}`);
}
