import { factory, withOptions } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { axes, Constraint, norm } from './constraint.ts';

const epsilon = 1e-7;

/** Scales vectors along `axis` to length 1. */
export class UnitNorm extends withOptions(Constraint, { axis: axes(0) }, ['axis']) {
  static override readonly className = 'UnitNorm';

  override call(w: Tensor): Tensor {
    return w.div(norm(w, this.axis).add(epsilon));
  }
}

/** Makes a {@link UnitNorm}. */
export const unitNorm = factory(UnitNorm);
