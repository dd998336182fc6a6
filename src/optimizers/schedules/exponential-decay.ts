import { boolean, factory, requiredNumber, text, withOptions } from '../../config/index.ts';
import { pow } from '../../expr/math.ts';
import { LearningRateSchedule } from './learning-rate-schedule.ts';

/** `initial * decayRate^(step / decaySteps)`; with `staircase` only at whole powers. */
export class ExponentialDecay extends withOptions(
  LearningRateSchedule,
  {
    initialLearningRate: requiredNumber(),
    decaySteps: requiredNumber({ min: 0, above: true }),
    decayRate: requiredNumber(),
    staircase: boolean(false),
    name: text('ExponentialDecay'),
  },
  ['initialLearningRate', 'decaySteps', 'decayRate'],
) {
  static override readonly className = 'ExponentialDecay';

  override call(step: number): number {
    const share = step / this.decaySteps;
    const power = this.staircase ? Math.floor(share) : share;
    return this.initialLearningRate * pow(this.decayRate, power);
  }
}

/** Makes an {@link ExponentialDecay}. */
export const exponentialDecay = factory(ExponentialDecay);
