import { factory, number, withOptions } from '../config/index.ts';
import { random } from '../ops/index.ts';
import type { DType, Shape, Tensor } from '../tensor/index.ts';
import { Initializer, seed } from './initializer.ts';

/** Normally distributed, but nothing farther from `mean` than two `stddev`. */
export class TruncatedNormal extends withOptions(
  Initializer,
  { mean: number(0), stddev: number(0.05, { min: 0 }), seed: seed() },
  ['mean', 'stddev', 'seed'],
) {
  static override readonly className = 'TruncatedNormal';

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    const { mean, stddev, seed } = this;
    return random.truncatedNormal(shape, { mean, stddev, seed, dtype });
  }
}

/** Makes a {@link TruncatedNormal}. */
export const truncatedNormal = factory(TruncatedNormal);
