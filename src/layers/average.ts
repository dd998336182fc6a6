import { factory } from '../config/index.ts';
import { add } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Merging } from './merging.ts';

/** The mean of a list of inputs. */
export class Average extends Merging {
  static override readonly className = 'Average';

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((sum, x) => add(sum, x)).div(inputs.length);
  }
}

/** Makes an {@link Average}. */
export const average = factory(Average);
