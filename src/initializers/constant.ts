import { anything, factory, withOptions } from '../config/index.ts';
import { broadcastTo, tensor } from '../ops/index.ts';
import type { DType, NestedArray, Shape, Tensor } from '../tensor/index.ts';
import { Initializer } from './initializer.ts';

/** One value everywhere, or nested arrays that are broadcast to the shape. */
export class Constant extends withOptions(Initializer, { value: anything<NestedArray>(0) }, [
  'value',
]) {
  static override readonly className = 'Constant';

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    return broadcastTo(tensor(this.value, { dtype }), shape);
  }
}

/** Makes a {@link Constant}. */
export const constant = factory(Constant);
