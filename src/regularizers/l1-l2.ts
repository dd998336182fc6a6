import { factory, number, withOptions } from '../config/index.ts';
import { add } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Regularizer } from './regularizer.ts';

/** Penalty `l1 * sum(|x|) + l2 * sum(x^2)`. */
export class L1L2 extends withOptions(
  Regularizer,
  { l1: number(0, { min: 0 }), l2: number(0, { min: 0 }) },
  ['l1', 'l2'],
) {
  static override readonly className = 'L1L2';

  override call(x: Tensor): Tensor {
    return add(x.abs().sum().mul(this.l1), x.square().sum().mul(this.l2));
  }
}

/** Makes an {@link L1L2}. */
export const l1l2 = factory(L1L2);
