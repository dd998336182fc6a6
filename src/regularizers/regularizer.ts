import '../ops/methods.ts';
import { Configurable } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';

/** A penalty on weights (or on a layer's output) that training adds to the loss. */
export abstract class Regularizer extends Configurable {
  static override readonly module = 'keras.regularizers';

  /** The penalty for `x` (any shape), a scalar. */
  abstract call(x: Tensor): Tensor;
}
