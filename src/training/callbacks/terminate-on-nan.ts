import { getOutput } from '../output.ts';
import { Callback, type Logs } from './callback.ts';

/**
 * Stops the training at the first step whose loss is NaN or infinite.
 * @example await model.fit(x, y, { callbacks: [new TerminateOnNaN()] });
 */
export class TerminateOnNaN extends Callback {
  override onTrainBatchEnd(batch: number, logs: Logs): void {
    if (logs.loss === undefined || Number.isFinite(logs.loss)) return;
    getOutput().write(`Batch ${batch}: Invalid loss, terminating training\n`);
    this.model.stopTraining = true;
  }
}
