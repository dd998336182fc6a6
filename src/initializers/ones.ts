import { factory, withOptions } from '../config/index.ts';
import { ones as onesOp } from '../ops/index.ts';
import type { DType, Shape, Tensor } from '../tensor/index.ts';
import { Initializer } from './initializer.ts';

/** All 1. */
export class Ones extends withOptions(Initializer, {}) {
  static override readonly className = 'Ones';

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    return onesOp(shape, { dtype });
  }
}

/** Makes an {@link Ones}. */
export const ones = factory(Ones);
