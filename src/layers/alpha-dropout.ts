import { factory, withOptions } from '../config/index.ts';
import { elementwise, random } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { dropRate, noiseShape } from './dropout.ts';
import type { CallOptions } from './layer.ts';
import { seed } from './layer-options.ts';
import { SameShapeLayer } from './same-shape-layer.ts';
import { SeedGenerator } from './seed-generator.ts';

/** What SELU makes of minus infinity. */
const saturation = -1.6732632423543772 * 1.0507009873554805;

/**
 * Dropout for SELU: dropped values become SELU's saturation, and all are scaled and shifted so that mean and variance stay.
 * Klambauer et al. 2017, https://arxiv.org/abs/1706.02515
 */
export class AlphaDropout extends withOptions(
  SameShapeLayer,
  { rate: dropRate(), seed: seed(), noiseShape: noiseShape() },
  ['rate', 'noiseShape', 'seed'],
) {
  static override readonly className = 'AlphaDropout';
  override supportsMasking = true;
  readonly #seeds = new SeedGenerator(this.seed);

  override call(x: Tensor, { training }: CallOptions): Tensor {
    const { rate } = this;
    if (!training || rate === 0) return x;
    const shape = this.noiseShape?.map((n, axis) => n ?? x.shape[axis]) ?? x.shape;
    const scale = 1 / Math.sqrt((1 - rate) * (1 + rate * saturation ** 2));
    const shift = -scale * saturation * rate;
    return elementwise(
      'alphaDropout',
      (value, u) => u.ge(rate).select(value, saturation).mul(scale).add(shift),
      [x, random.uniform(shape, { seed: this.#seeds.next() })],
      { dtype: x.dtype },
    );
  }
}

/** Makes an {@link AlphaDropout}. */
export const alphaDropout = factory(AlphaDropout);
