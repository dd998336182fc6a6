import { factory, withOptions } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { around, factors, RandomImageLayer, valueRange } from './random-image-layer.ts';

/** In training, makes each image brighter or darker by a random share of the range of values. */
export class RandomBrightness extends withOptions(
  RandomImageLayer,
  { factor: factors(around), valueRange: valueRange() },
  ['factor'],
) {
  static override readonly className = 'RandomBrightness';

  protected override augment(images: Tensor): Tensor {
    const [low, high] = this.valueRange;
    const shift = this.draw(images, this.factor).mul(high - low);
    return images.add(shift).clip(low, high);
  }
}

/** Makes a {@link RandomBrightness}. */
export const randomBrightness = factory(RandomBrightness);
