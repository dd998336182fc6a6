import { factory, number, requiredNumber, text, withOptions } from '../../config/index.ts';
import { cos, pow } from '../../expr/math.ts';
import { LearningRateSchedule } from './learning-rate-schedule.ts';

/**
 * Half a cosine down to `alpha` times the rate, again and again: each time `tMul` times as long and from `mMul` times as high.
 * Loshchilov and Hutter 2016, https://arxiv.org/abs/1608.03983
 */
export class CosineDecayRestarts extends withOptions(
  LearningRateSchedule,
  {
    initialLearningRate: requiredNumber(),
    firstDecaySteps: requiredNumber({ min: 0, above: true }),
    tMul: number(2, { min: 1 }),
    mMul: number(1),
    alpha: number(0),
    name: text('SGDRDecay'),
  },
  ['initialLearningRate', 'firstDecaySteps'],
) {
  static override readonly className = 'CosineDecayRestarts';

  override call(step: number): number {
    let [length, start, restarts] = [this.firstDecaySteps, 0, 0];
    while (step >= start + length) {
      start += length;
      length *= this.tMul;
      restarts++;
    }
    const share = (step - start) / length;
    const cosine = (pow(this.mMul, restarts) * (1 + cos(Math.PI * share))) / 2;
    return this.initialLearningRate * ((1 - this.alpha) * cosine + this.alpha);
  }
}

/** Makes a {@link CosineDecayRestarts}. */
export const cosineDecayRestarts = factory(CosineDecayRestarts);
