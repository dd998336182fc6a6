import { factory, number, withOptions } from '../config/index.ts';
import { eye } from '../ops/index.ts';
import { type DType, formatShape, type Shape, ShapeError, type Tensor } from '../tensor/index.ts';
import { Initializer } from './initializer.ts';

/** `gain` on the diagonal of a matrix, 0 elsewhere. */
export class Identity extends withOptions(Initializer, { gain: number(1) }, ['gain']) {
  static override readonly className = 'Identity';

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    if (shape.length !== 2) {
      throw new ShapeError(`Identity: makes matrices only, received shape ${formatShape(shape)}`);
    }
    return eye(shape[0], shape[1], { dtype }).mul(this.gain);
  }
}

/** Makes an {@link Identity}. */
export const identity = factory(Identity);
