import { factory, number, withOptions } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Regularizer } from './regularizer.ts';

/** Penalty `l1 * sum(|x|)`: drives small weights to zero. */
export class L1 extends withOptions(Regularizer, { l1: number(0.01, { min: 0 }) }, ['l1']) {
  static override readonly className = 'L1';

  override call(x: Tensor): Tensor {
    return x.abs().sum().mul(this.l1);
  }
}

/** Makes an {@link L1}. */
export const l1 = factory(L1);
