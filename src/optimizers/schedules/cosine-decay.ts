import {
  factory,
  integer,
  nullable,
  number,
  requiredNumber,
  text,
  withOptions,
} from '../../config/index.ts';
import { cos } from '../../expr/math.ts';
import { LearningRateSchedule } from './learning-rate-schedule.ts';

/**
 * Half a cosine from the rate (or `warmupTarget`, reached in a straight line in `warmupSteps` steps) down to `alpha` times it.
 * Loshchilov and Hutter 2016, https://arxiv.org/abs/1608.03983
 */
export class CosineDecay extends withOptions(
  LearningRateSchedule,
  {
    initialLearningRate: requiredNumber(),
    decaySteps: requiredNumber({ min: 0, above: true }),
    alpha: number(0),
    name: text('CosineDecay'),
    warmupTarget: nullable(number(0)),
    warmupSteps: integer(0, { min: 0 }),
  },
  ['initialLearningRate', 'decaySteps', 'alpha'],
) {
  static override readonly className = 'CosineDecay';

  override call(step: number): number {
    const { initialLearningRate: initial, warmupTarget, warmupSteps } = this;
    if (warmupTarget === null) return this.#decayed(initial, step);
    if (step < warmupSteps) return initial + (warmupTarget - initial) * (step / warmupSteps);
    return this.#decayed(warmupTarget, step - warmupSteps);
  }

  #decayed(rate: number, step: number): number {
    const share = Math.min(step, this.decaySteps) / this.decaySteps;
    const cosine = (1 + cos(Math.PI * share)) / 2;
    return rate * ((1 - this.alpha) * cosine + this.alpha);
  }
}

/** Makes a {@link CosineDecay}. */
export const cosineDecay = factory(CosineDecay);
