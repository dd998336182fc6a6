import { Configurable } from '../../config/index.ts';

/** A learning rate that changes with the steps of the optimizer. */
export abstract class LearningRateSchedule extends Configurable {
  static override readonly module = 'keras.optimizers.schedules';

  /** The rate after so many steps. */
  abstract call(step: number): number;
}
