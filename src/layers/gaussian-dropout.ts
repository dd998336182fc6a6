import { factory, withOptions } from '../config/index.ts';
import { mul, random } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { dropRate } from './dropout.ts';
import type { CallOptions } from './layer.ts';
import { seed } from './layer-options.ts';
import { SameShapeLayer } from './same-shape-layer.ts';
import { SeedGenerator } from './seed-generator.ts';

/**
 * In training, multiplies by normally distributed noise of mean 1 and the variance that dropout of that rate has.
 * Srivastava et al. 2014, section 10.
 */
export class GaussianDropout extends withOptions(
  SameShapeLayer,
  { rate: dropRate(), seed: seed() },
  ['rate', 'seed'],
) {
  static override readonly className = 'GaussianDropout';
  override supportsMasking = true;
  readonly #seeds = new SeedGenerator(this.seed);

  override call(x: Tensor, { training }: CallOptions): Tensor {
    if (!training || this.rate === 0) return x;
    const stddev = Math.sqrt(this.rate / (1 - this.rate));
    const options = { mean: 1, stddev, dtype: x.dtype, seed: this.#seeds.next() };
    return mul(x, random.normal(x.shape, options));
  }
}

/** Makes a {@link GaussianDropout}. */
export const gaussianDropout = factory(GaussianDropout);
