import { factory, number, withOptions } from '../config/index.ts';
import { add } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { axes, Constraint, norm } from './constraint.ts';

const epsilon = 1e-7;

/** Brings the length of vectors along `axis` between `minValue` and `maxValue`, by the share `rate` of the way. */
export class MinMaxNorm extends withOptions(
  Constraint,
  {
    minValue: number(0, { min: 0 }),
    maxValue: number(1, { min: 0 }),
    rate: number(1, { min: 0, max: 1 }),
    axis: axes(0),
  },
  ['minValue', 'maxValue', 'rate'],
) {
  static override readonly className = 'MinMaxNorm';

  override call(w: Tensor): Tensor {
    const norms = norm(w, this.axis);
    const target = add(
      norms.clip(this.minValue, this.maxValue).mul(this.rate),
      norms.mul(1 - this.rate),
    );
    return w.mul(target.div(norms.add(epsilon)));
  }
}

/** Makes a {@link MinMaxNorm}. */
export const minMaxNorm = factory(MinMaxNorm);
