import { ValueError } from '../../tensor/index.ts';
import { warn } from '../output.ts';
import { Callback, type Logs } from './callback.ts';

export type MonitorMode = 'auto' | 'min' | 'max';

export interface MonitorOptions {
  /** The log to watch: `val_loss`, `accuracy`, … */
  readonly monitor?: string;
  /** Whether less or more is better; 'auto' knows it for losses and built-in metrics. */
  readonly mode?: MonitorMode;
  /** Smaller changes do not count as an improvement. */
  readonly minDelta?: number;
}

/** A callback that watches whether a loss or metric improves. */
export abstract class MonitorCallback extends Callback {
  readonly monitor: string;
  readonly mode: MonitorMode;
  readonly minDelta: number;
  /** The best value so far. */
  best: number | null;
  #lessIsBetter: boolean | null = null;

  constructor(
    { monitor = 'val_loss', mode = 'auto', minDelta = 0 }: MonitorOptions,
    best: number | null = null,
  ) {
    super();
    if (!['auto', 'min', 'max'].includes(mode)) {
      throw new ValueError(
        `${this.constructor.name}: mode must be auto, min or max, received '${mode}'`,
      );
    }
    this.monitor = monitor;
    this.mode = mode;
    this.minDelta = Math.abs(minDelta);
    this.best = best;
  }

  /** The watched value; null, with a notice, where the logs do not hold it. */
  protected monitored(logs: Logs): number | null {
    const value = logs[this.monitor] ?? logs[toSnakeCase(this.monitor)];
    if (value !== undefined) return value;
    warn(
      `${this.constructor.name}: the logs have no '${this.monitor}'; they hold ${Object.keys(logs).join(', ')}` +
        `${this.monitor.startsWith('val') ? ' (validationData or validationSplit gives val_…)' : ''}`,
    );
    return null;
  }

  protected isImprovement(value: number, reference: number | null): boolean {
    if (reference === null) return true;
    this.#lessIsBetter ??= this.#direction() === 'min';
    return this.#lessIsBetter
      ? value + this.minDelta < reference
      : value - this.minDelta > reference;
  }

  #direction(): 'min' | 'max' {
    if (this.mode !== 'auto') return this.mode;
    const name = toSnakeCase(this.monitor).replace(/^val_/, '');
    if (name === 'loss' || name.endsWith('_loss') || name === 'learning_rate') return 'min';
    const direction = this.model.metricDirection(name);
    if (direction) return direction;
    throw new ValueError(
      `${this.constructor.name}: cannot tell whether '${this.monitor}' should go up or down; ` +
        "pass mode: 'max' or mode: 'min'",
    );
  }
}

const toSnakeCase = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
