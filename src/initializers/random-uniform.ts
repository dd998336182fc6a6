import { factory, number, withOptions } from '../config/index.ts';
import { random } from '../ops/index.ts';
import type { DType, Shape, Tensor } from '../tensor/index.ts';
import { Initializer, seed } from './initializer.ts';

/** Uniformly distributed in [minval, maxval). */
export class RandomUniform extends withOptions(
  Initializer,
  { minval: number(-0.05), maxval: number(0.05), seed: seed() },
  ['minval', 'maxval', 'seed'],
) {
  static override readonly className = 'RandomUniform';

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    const { minval, maxval, seed } = this;
    return random.uniform(shape, { minval, maxval, seed, dtype });
  }
}

/** Makes a {@link RandomUniform}. */
export const randomUniform = factory(RandomUniform);
