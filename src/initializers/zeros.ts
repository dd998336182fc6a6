import { factory, withOptions } from '../config/index.ts';
import { zeros as zerosOp } from '../ops/index.ts';
import type { DType, Shape, Tensor } from '../tensor/index.ts';
import { Initializer } from './initializer.ts';

/** All 0. */
export class Zeros extends withOptions(Initializer, {}) {
  static override readonly className = 'Zeros';

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    return zerosOp(shape, { dtype });
  }
}

/** Makes a {@link Zeros}. */
export const zeros = factory(Zeros);
