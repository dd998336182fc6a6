import { factory } from '../config/index.ts';
import { sub } from '../ops/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Merging } from './merging.ts';

/** The first of two inputs minus the second. */
export class Subtract extends Merging {
  static override readonly className = 'Subtract';

  override build(inputShape: readonly SymbolicShape[]): void {
    super.build(inputShape);
    if (inputShape.length !== 2) {
      throw new ValueError(`${this.name}: takes two inputs, received ${inputShape.length}`);
    }
  }

  protected override merge([a, b]: readonly Tensor[]): Tensor {
    return sub(a, b);
  }
}

/** Makes a {@link Subtract}. */
export const subtract = factory(Subtract);
