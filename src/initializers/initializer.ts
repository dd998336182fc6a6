import '../ops/methods.ts';
import { Configurable, integer, nullable } from '../config/index.ts';
import type { DType, Shape, Tensor } from '../tensor/index.ts';

/** The values that weights start from. */
export abstract class Initializer extends Configurable {
  static override readonly module = 'keras.initializers';

  /** A new tensor of that shape and dtype. */
  abstract call(shape: Shape, dtype?: DType): Tensor;
}

/** The option of random initializers: the same seed gives the same values, null draws from the program's generator. */
export const seed = () => nullable(integer(0));
