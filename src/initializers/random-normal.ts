import { factory, number, withOptions } from '../config/index.ts';
import { random } from '../ops/index.ts';
import type { DType, Shape, Tensor } from '../tensor/index.ts';
import { Initializer, seed } from './initializer.ts';

/** Normally distributed around `mean` with standard deviation `stddev`. */
export class RandomNormal extends withOptions(
  Initializer,
  { mean: number(0), stddev: number(0.05, { min: 0 }), seed: seed() },
  ['mean', 'stddev', 'seed'],
) {
  static override readonly className = 'RandomNormal';

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    const { mean, stddev, seed } = this;
    return random.normal(shape, { mean, stddev, seed, dtype });
  }
}

/** Makes a {@link RandomNormal}. */
export const randomNormal = factory(RandomNormal);
