import type { CurvesOptions, Figure } from '../../plot/index.ts';
import { Callback, type Logs } from './callback.ts';

/** What `fit` returns: the epochs' numbers and loss and metrics, one value an epoch. */
export class History extends Callback {
  /** Numbers of the epochs that were run, from 0. */
  epoch: number[] = [];
  history: Record<string, number[]> = {};

  override onTrainBegin(): void {
    this.epoch = [];
    this.history = {};
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      this.history[name] ??= [];
      this.history[name].push(value);
    }
    this.model.history = this;
  }

  /**
   * Draws the curves of loss and metrics, and writes them where a path (.svg, .png, .html) is given.
   * @example await history.plot('curve.png');
   */
  async plot(path?: string, options: CurvesOptions = {}): Promise<Figure> {
    const { curves } = await import('../../plot/index.ts');
    const figure = curves(this, options);
    if (path !== undefined) await figure.save(path);
    return figure;
  }

  override getState(): unknown {
    return { epoch: this.epoch, history: this.history };
  }

  override setState(state: unknown): void {
    const { epoch, history } = state as { epoch: number[]; history: Record<string, number[]> };
    this.epoch = epoch;
    this.history = history;
  }
}
