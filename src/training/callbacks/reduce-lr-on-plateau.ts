import { ValueError } from '../../tensor/index.ts';
import { getOutput } from '../output.ts';
import type { Logs } from './callback.ts';
import { MonitorCallback, type MonitorOptions } from './monitor-callback.ts';

export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** The learning rate is multiplied by this, less than 1. */
  readonly factor?: number;
  /** Epochs without improvement after which the rate is reduced. */
  readonly patience?: number;
  readonly verbose?: 0 | 1;
  /** Epochs after a reduction in which none follows. */
  readonly cooldown?: number;
  /** The rate does not go below. */
  readonly minLr?: number;
}

/**
 * Reduces the learning rate when a loss or metric no longer improves.
 * @example new ReduceLROnPlateau({ monitor: 'val_loss', factor: 0.2, patience: 5, minLr: 0.001 })
 */
export class ReduceLROnPlateau extends MonitorCallback {
  wait = 0;
  cooldownCounter = 0;
  readonly #options: Required<Omit<ReduceLROnPlateauOptions, keyof MonitorOptions>>;

  constructor(options: ReduceLROnPlateauOptions = {}) {
    super({ minDelta: 1e-4, ...options });
    const { factor = 0.1, patience = 10, verbose = 0, cooldown = 0, minLr = 0 } = options;
    if (!(factor < 1)) {
      throw new ValueError(`ReduceLROnPlateau: factor must be less than 1, received ${factor}`);
    }
    this.#options = { factor, patience, verbose, cooldown, minLr };
  }

  override onTrainBegin(): void {
    this.best = null;
    this.cooldownCounter = 0;
    this.wait = 0;
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    const { factor, patience, verbose, cooldown, minLr } = this.#options;
    const { optimizer } = this.model;
    logs.learning_rate = optimizer.learningRate;
    const current = this.monitored(logs);
    if (current === null) return;
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      this.wait = 0;
    }
    if (this.isImprovement(current, this.best)) {
      this.best = current;
      this.wait = 0;
    } else if (this.cooldownCounter === 0) {
      this.wait++;
      const rate = optimizer.learningRate;
      if (this.wait < patience || rate <= Math.fround(minLr)) return;
      optimizer.learningRate = Math.max(rate * factor, minLr);
      if (verbose) {
        getOutput().write(
          `\nEpoch ${epoch + 1}: ReduceLROnPlateau reducing learning rate to ${optimizer.learningRate}.\n`,
        );
      }
      this.cooldownCounter = cooldown;
      this.wait = 0;
    }
  }

  override getState(): unknown {
    const { wait, best, cooldownCounter } = this;
    return { wait, best, cooldownCounter };
  }

  override setState(state: unknown): void {
    Object.assign(this, state);
  }
}
