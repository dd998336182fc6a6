import { ValueError } from '../../tensor/index.ts';
import { getOutput } from '../output.ts';
import { Callback, type Logs } from './callback.ts';

/**
 * Sets the learning rate at the start of each epoch.
 * @example new LearningRateScheduler((epoch, rate) => (epoch < 10 ? rate : rate * 0.9))
 */
export class LearningRateScheduler extends Callback {
  readonly #schedule: (epoch: number, learningRate: number) => number;
  readonly #verbose: 0 | 1;

  constructor(
    schedule: (epoch: number, learningRate: number) => number,
    { verbose = 0 }: { verbose?: 0 | 1 } = {},
  ) {
    super();
    if (typeof schedule !== 'function') {
      throw new ValueError(
        `LearningRateScheduler: expected a function of epoch and learning rate, received ${schedule}`,
      );
    }
    this.#schedule = schedule;
    this.#verbose = verbose;
  }

  override onEpochBegin(epoch: number): void {
    const { optimizer } = this.model;
    const rate = this.#schedule(epoch, optimizer.learningRate);
    if (typeof rate !== 'number' || !Number.isFinite(rate)) {
      throw new ValueError(
        `LearningRateScheduler: the schedule must return a number, received ${rate} at epoch ${epoch}`,
      );
    }
    optimizer.learningRate = rate;
    if (this.#verbose) {
      getOutput().write(
        `\nEpoch ${epoch + 1}: LearningRateScheduler setting learning rate to ${rate}.\n`,
      );
    }
  }

  override onEpochEnd(_epoch: number, logs: Logs): void {
    logs.learning_rate = this.model.optimizer.learningRate;
  }
}
