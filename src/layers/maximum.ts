import { factory } from '../config/index.ts';
import { maximum as maximumOp } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Merging } from './merging.ts';

/** The largest of a list of inputs, element by element. */
export class Maximum extends Merging {
  static override readonly className = 'Maximum';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((largest, x) => maximumOp(largest, x));
  }
}

/** Makes a {@link Maximum}. */
export const maximum = factory(Maximum);
