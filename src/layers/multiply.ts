import { factory } from '../config/index.ts';
import { mul } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Merging } from './merging.ts';

/** The product of a list of inputs. */
export class Multiply extends Merging {
  static override readonly className = 'Multiply';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((product, x) => mul(product, x));
  }
}

/** Makes a {@link Multiply}. */
export const multiply = factory(Multiply);
