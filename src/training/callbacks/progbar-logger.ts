import { getOutput } from '../output.ts';
import { ProgressBar } from '../progress-bar.ts';
import { Callback, type Logs } from './callback.ts';

/** Shows Keras' progress line; `fit`, `evaluate` and `predict` add one unless `verbose` is 0. */
export class ProgbarLogger extends Callback {
  #bar: ProgressBar | null = null;
  #seen = 0;
  #inFit = false;

  override needsBatchLogs(mode: 'train' | 'test'): boolean {
    return (mode === 'train' || !this.#inFit) && (this.#bar?.due ?? false);
  }

  override onTrainBegin(): void {
    this.#inFit = true;
  }

  override onTestBegin(): void {
    if (!this.#inFit) this.#begin('');
  }

  override onPredictBegin(): void {
    this.#begin('');
  }

  override onEpochBegin(epoch: number): void {
    const { epochs, verbose } = this.params;
    const title = epochs > 1 ? `Epoch ${epoch + 1}/${epochs}` : '';
    if (title && verbose === 1) getOutput().write(`${title}\n`);
    this.#begin(title && `${title} - `);
  }

  override onTrainBatchEnd(batch: number, logs: Logs): void {
    this.#update(batch, logs);
  }

  override onTestBatchEnd(batch: number, logs: Logs): void {
    if (!this.#inFit) this.#update(batch, logs);
  }

  override onPredictBatchEnd(batch: number): void {
    this.#update(batch, {});
  }

  override onEpochEnd(_epoch: number, logs: Logs): void {
    this.#finish(logs);
  }

  override onTestEnd(logs: Logs): void {
    if (!this.#inFit) this.#finish(logs);
  }

  override onPredictEnd(): void {
    this.#finish({});
  }

  override onTrainEnd(): void {
    this.#inFit = false;
  }

  #begin(heading: string): void {
    const { verbose: verbosity, steps: target } = this.params;
    this.#seen = 0;
    this.#bar = new ProgressBar({ target, verbosity, heading });
  }

  #update(batch: number, logs: Logs): void {
    this.#seen = batch + 1;
    this.#bar?.update(this.#seen, logs);
  }

  #finish(logs: Logs): void {
    if (!this.#bar) return;
    this.#bar.target ??= this.#seen;
    this.#bar.update(this.#seen, logs, true);
    this.#bar = null;
  }
}
