import { factory, number, withOptions } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Regularizer } from './regularizer.ts';

/** Penalty `l2 * sum(x^2)`: keeps weights small. */
export class L2 extends withOptions(Regularizer, { l2: number(0.01, { min: 0 }) }, ['l2']) {
  static override readonly className = 'L2';

  override call(x: Tensor): Tensor {
    return x.square().sum().mul(this.l2);
  }
}

/** Makes an {@link L2}. */
export const l2 = factory(L2);
