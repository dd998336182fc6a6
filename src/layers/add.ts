import { factory } from '../config/index.ts';
import { add as addOp } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Merging } from './merging.ts';

/** The sum of a list of inputs. */
export class Add extends Merging {
  static override readonly className = 'Add';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((sum, x) => addOp(sum, x));
  }
}

/** Makes an {@link Add}. */
export const add = factory(Add);
