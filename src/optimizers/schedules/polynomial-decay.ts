import { boolean, factory, number, requiredNumber, text, withOptions } from '../../config/index.ts';
import { pow } from '../../expr/math.ts';
import { LearningRateSchedule } from './learning-rate-schedule.ts';

/**
 * From the initial rate to `endLearningRate` in `decaySteps` steps, along a polynomial; with `cycle` the time is stretched to the
 * next multiple whenever it is over.
 */
export class PolynomialDecay extends withOptions(
  LearningRateSchedule,
  {
    initialLearningRate: requiredNumber(),
    decaySteps: requiredNumber({ min: 0, above: true }),
    endLearningRate: number(1e-4),
    power: number(1),
    cycle: boolean(false),
    name: text('PolynomialDecay'),
  },
  ['initialLearningRate', 'decaySteps', 'endLearningRate'],
) {
  static override readonly className = 'PolynomialDecay';

  override call(step: number): number {
    const rounds = this.cycle ? Math.max(1, Math.ceil(step / this.decaySteps)) : 1;
    const share = Math.min(step / (this.decaySteps * rounds), 1);
    const range = this.initialLearningRate - this.endLearningRate;
    return range * pow(1 - share, this.power) + this.endLearningRate;
  }
}

/** Makes a {@link PolynomialDecay}. */
export const polynomialDecay = factory(PolynomialDecay);
