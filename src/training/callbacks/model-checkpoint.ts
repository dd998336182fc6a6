import { makeFolder, platformName } from '#platform';
import { ValueError } from '../../tensor/index.ts';
import { checkOptions } from '../check-options.ts';
import { getOutput } from '../output.ts';
import type { Logs } from './callback.ts';
import { formatPath } from './format-path.ts';
import { MonitorCallback, type MonitorOptions } from './monitor-callback.ts';

export interface ModelCheckpointOptions extends Omit<MonitorOptions, 'minDelta'> {
  readonly verbose?: 0 | 1;
  /** Saves only when the watched value is better than ever before. */
  readonly saveBestOnly?: boolean;
  /** Saves the weights alone. */
  readonly saveWeightsOnly?: boolean;
  /** Saves after each epoch, or after so many batches. */
  readonly saveFreq?: 'epoch' | number;
  /** What the watched value must beat at first. */
  readonly initialValueThreshold?: number | null;
}

const optionNames = [
  'monitor',
  'mode',
  'verbose',
  'saveBestOnly',
  'saveWeightsOnly',
  'saveFreq',
  'initialValueThreshold',
] as const satisfies readonly (keyof ModelCheckpointOptions)[];

/**
 * Saves the model during the training. The path may hold `{epoch:02d}`, `{batch}` and names of logs such as `{val_loss:.2f}`.
 * @example new ModelCheckpoint('best.safetensors', { monitor: 'val_accuracy', saveBestOnly: true })
 */
export class ModelCheckpoint extends MonitorCallback {
  readonly #path: string;
  readonly #options: Required<
    Pick<ModelCheckpointOptions, 'verbose' | 'saveBestOnly' | 'saveWeightsOnly' | 'saveFreq'>
  >;
  #epoch = 0;
  #batches = 0;

  constructor(path: string, options: ModelCheckpointOptions = {}) {
    checkOptions('ModelCheckpoint', options, optionNames);
    super(options, options.initialValueThreshold ?? null);
    const {
      verbose = 0,
      saveBestOnly = false,
      saveWeightsOnly = false,
      saveFreq = 'epoch',
    } = options;
    if (saveFreq !== 'epoch' && !(Number.isInteger(saveFreq) && saveFreq > 0)) {
      throw new ValueError(
        `ModelCheckpoint: saveFreq must be 'epoch' or a number of batches, received ${saveFreq}`,
      );
    }
    if (!/\.safetensors$/.test(path)) {
      throw new ValueError(
        `ModelCheckpoint: the path must end in .safetensors, received '${path}'`,
      );
    }
    this.#path = path;
    this.#options = { verbose, saveBestOnly, saveWeightsOnly, saveFreq };
  }

  override needsBatchLogs(mode: 'train' | 'test'): boolean {
    const { saveFreq } = this.#options;
    return mode === 'train' && saveFreq !== 'epoch' && this.#batches + 1 >= saveFreq;
  }

  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
  }

  override async onTrainBatchEnd(batch: number, logs: Logs): Promise<void> {
    const { saveFreq } = this.#options;
    if (saveFreq === 'epoch' || ++this.#batches < saveFreq) return;
    this.#batches = 0;
    await this.#save(logs, { batch: batch + 1 });
  }

  override async onEpochEnd(_epoch: number, logs: Logs): Promise<void> {
    if (this.#options.saveFreq === 'epoch') await this.#save(logs, {});
  }

  async #save(logs: Logs, position: { readonly batch?: number }): Promise<void> {
    const path = formatPath(this.#path, { ...logs, ...position, epoch: this.#epoch + 1 });
    if (!this.#isWanted(logs, path)) return;
    const folder = path.replace(/[^/\\]*$/, '');
    if (folder && platformName === 'node') await makeFolder(folder);
    if (this.#options.saveWeightsOnly) await this.model.saveWeights(path);
    else await this.model.save(path);
    this.#tell(`finished saving model to ${path}`);
  }

  #isWanted(logs: Logs, path: string): boolean {
    if (!this.#options.saveBestOnly) {
      this.#tell(`saving model to ${path}`);
      return true;
    }
    const current = this.monitored(logs);
    if (current === null) return true;
    const best = this.best === null ? 'None' : this.best.toFixed(5);
    if (!this.isImprovement(current, this.best)) {
      this.#tell(`${this.monitor} did not improve from ${best}`);
      return false;
    }
    this.#tell(
      `${this.monitor} improved from ${best} to ${current.toFixed(5)}, saving model to ${path}`,
    );
    this.best = current;
    return true;
  }

  #tell(message: string): void {
    if (this.#options.verbose) getOutput().write(`\nEpoch ${this.#epoch + 1}: ${message}\n`);
  }

  override getState(): unknown {
    return { best: this.best, batches: this.#batches };
  }

  override setState(state: unknown): void {
    const { best, batches } = state as { best: number | null; batches: number };
    this.best = best;
    this.#batches = batches;
  }
}
