import { factory, number, withOptions } from '../config/index.ts';
import { sub, where } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { RandomImageLayer, valueRange } from './random-image-layer.ts';

/** In training, turns a random share `factor` of the images into their negative. */
export class RandomInvert extends withOptions(
  RandomImageLayer,
  { factor: number(1, { min: 0, max: 1 }), valueRange: valueRange() },
  ['factor'],
) {
  static override readonly className = 'RandomInvert';

  protected override augment(images: Tensor): Tensor {
    const [low, high] = this.valueRange;
    const chosen = this.draw(images, [0, 1]).less(this.factor);
    return where(chosen, sub(low + high, images), images);
  }
}

/** Makes a {@link RandomInvert}. */
export const randomInvert = factory(RandomInvert);
