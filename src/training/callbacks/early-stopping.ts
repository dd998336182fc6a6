import { keep, type Tensor } from '../../tensor/index.ts';
import { checkCount } from '../check-options.ts';
import { getOutput } from '../output.ts';
import type { Logs } from './callback.ts';
import { MonitorCallback, type MonitorOptions } from './monitor-callback.ts';

export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without improvement after which the training stops. */
  readonly patience?: number;
  readonly verbose?: 0 | 1;
  /** The training stops unless it gets better than this. */
  readonly baseline?: number | null;
  /** Goes back to the weights of the best epoch at the end. */
  readonly restoreBestWeights?: boolean;
  /** Epochs at the start that are not watched. */
  readonly startFromEpoch?: number;
}

/**
 * Stops the training when a loss or metric no longer improves.
 * @example new EarlyStopping({ monitor: 'val_loss', patience: 3, restoreBestWeights: true })
 */
export class EarlyStopping extends MonitorCallback {
  stoppedEpoch = 0;
  bestEpoch = 0;
  wait = 0;
  readonly #options: Required<Omit<EarlyStoppingOptions, keyof MonitorOptions>>;
  #bestWeights: readonly Tensor[] | null = null;

  constructor(options: EarlyStoppingOptions = {}) {
    super(options);
    checkCount('EarlyStopping: patience', options.patience, 0);
    checkCount('EarlyStopping: startFromEpoch', options.startFromEpoch, 0);
    this.#options = {
      patience: options.patience ?? 0,
      verbose: options.verbose ?? 0,
      baseline: options.baseline ?? null,
      restoreBestWeights: options.restoreBestWeights ?? false,
      startFromEpoch: options.startFromEpoch ?? 0,
    };
  }

  override onTrainBegin(): void {
    this.wait = 0;
    this.stoppedEpoch = 0;
    this.best = null;
    this.bestEpoch = 0;
    this.#bestWeights = null;
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    const { patience, baseline, startFromEpoch } = this.#options;
    const current = this.monitored(logs);
    if (current === null || epoch < startFromEpoch) return;
    if (this.#bestWeights === null) this.#remember(epoch);
    this.wait++;
    if (this.isImprovement(current, this.best)) {
      this.best = current;
      this.bestEpoch = epoch;
      this.#remember(epoch);
      if (baseline === null || this.isImprovement(current, baseline)) this.wait = 0;
      return;
    }
    if (this.wait >= patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      this.model.stopTraining = true;
    }
  }

  override onTrainEnd(): void {
    const { verbose, restoreBestWeights } = this.#options;
    if (this.stoppedEpoch > 0 && verbose) {
      getOutput().write(`Epoch ${this.stoppedEpoch + 1}: early stopping\n`);
    }
    if (restoreBestWeights && this.#bestWeights) {
      if (verbose) {
        getOutput().write(
          `Restoring model weights from the end of the best epoch: ${this.bestEpoch + 1}.\n`,
        );
      }
      this.model.setWeights(this.#bestWeights);
      this.#bestWeights = null;
    }
  }

  #remember(epoch: number): void {
    if (!this.#options.restoreBestWeights) return;
    for (const { storage } of this.#bestWeights ?? []) storage.release();
    this.#bestWeights = keep(this.model.getWeights());
    this.bestEpoch = epoch;
  }

  override getState(): unknown {
    const { wait, best, bestEpoch } = this;
    return { wait, best, bestEpoch };
  }

  override getStateTensors(): Readonly<Record<string, Tensor>> {
    return Object.fromEntries((this.#bestWeights ?? []).map((tensor, i) => [String(i), tensor]));
  }

  override setState(state: unknown, tensors: Readonly<Record<string, Tensor>>): void {
    Object.assign(this, state);
    const weights = Object.entries(tensors).sort(([a], [b]) => Number(a) - Number(b));
    this.#bestWeights = weights.length ? keep(weights.map(([, tensor]) => tensor)) : null;
  }
}
