import { boolean, factory, requiredNumber, text, withOptions } from '../../config/index.ts';
import { LearningRateSchedule } from './learning-rate-schedule.ts';

/** `initial / (1 + decayRate * step / decaySteps)`; with `staircase` only at whole quotients. */
export class InverseTimeDecay extends withOptions(
  LearningRateSchedule,
  {
    initialLearningRate: requiredNumber(),
    decaySteps: requiredNumber({ min: 0, above: true }),
    decayRate: requiredNumber(),
    staircase: boolean(false),
    name: text('InverseTimeDecay'),
  },
  ['initialLearningRate', 'decaySteps', 'decayRate'],
) {
  static override readonly className = 'InverseTimeDecay';

  override call(step: number): number {
    const share = step / this.decaySteps;
    const passed = this.staircase ? Math.floor(share) : share;
    return this.initialLearningRate / (1 + this.decayRate * passed);
  }
}

/** Makes an {@link InverseTimeDecay}. */
export const inverseTimeDecay = factory(InverseTimeDecay);
