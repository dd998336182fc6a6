import { factory, number, withOptions } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { axes, Constraint, norm } from './constraint.ts';

const epsilon = 1e-7;

/**
 * Shortens vectors along `axis` to length `maxValue` where they are longer.
 * Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.
 */
export class MaxNorm extends withOptions(
  Constraint,
  { maxValue: number(2, { min: 0 }), axis: axes(0) },
  ['maxValue', 'axis'],
) {
  static override readonly className = 'MaxNorm';

  override call(w: Tensor): Tensor {
    const norms = norm(w, this.axis);
    return w.mul(norms.clip(0, this.maxValue).div(norms.add(epsilon)));
  }
}

/** Makes a {@link MaxNorm}. */
export const maxNorm = factory(MaxNorm);
