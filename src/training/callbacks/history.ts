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

  override getState(): unknown {
    return { epoch: this.epoch, history: this.history };
  }

  override setState(state: unknown): void {
    const { epoch, history } = state as { epoch: number[]; history: Record<string, number[]> };
    this.epoch = epoch;
    this.history = history;
  }
}
