import { factory } from '../config/index.ts';
import { minimum as minimumOp } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Merging } from './merging.ts';

/** The smallest of a list of inputs, element by element. */
export class Minimum extends Merging {
  static override readonly className = 'Minimum';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((smallest, x) => minimumOp(smallest, x));
  }
}

/** Makes a {@link Minimum}. */
export const minimum = factory(Minimum);
