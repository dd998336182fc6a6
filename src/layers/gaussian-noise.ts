import { factory, requiredNumber, withOptions } from '../config/index.ts';
import { add, random } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { CallOptions } from './layer.ts';
import { seed } from './layer-options.ts';
import { SameShapeLayer } from './same-shape-layer.ts';
import { SeedGenerator } from './seed-generator.ts';

/** In training, adds normally distributed noise with standard deviation `stddev`. */
export class GaussianNoise extends withOptions(
  SameShapeLayer,
  { stddev: requiredNumber({ min: 0 }), seed: seed() },
  ['stddev', 'seed'],
) {
  static override readonly className = 'GaussianNoise';
  override supportsMasking = true;
  readonly #seeds = new SeedGenerator(this.seed);

  override call(x: Tensor, { training }: CallOptions): Tensor {
    if (!training || this.stddev === 0) return x;
    const { stddev } = this;
    return add(x, random.normal(x.shape, { stddev, dtype: x.dtype, seed: this.#seeds.next() }));
  }
}

/** Makes a {@link GaussianNoise}. */
export const gaussianNoise = factory(GaussianNoise);
