import { factory, withOptions } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Constraint } from './constraint.ts';

/** Sets negative weights to 0. */
export class NonNeg extends withOptions(Constraint, {}) {
  static override readonly className = 'NonNeg';

  override call(w: Tensor): Tensor {
    return w.maximum(0);
  }
}

/** Makes a {@link NonNeg}. */
export const nonNeg = factory(NonNeg);
