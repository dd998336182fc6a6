import { factory, withOptions } from '../config/index.ts';
import { mean } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { type Factors, factors, RandomImageLayer, valueRange } from './random-image-layer.ts';

const both = (f: number): Factors => [0, f];

/** In training, moves the pixels of each channel away from their mean, or towards it. */
export class RandomContrast extends withOptions(
  RandomImageLayer,
  {
    /** From 1 - lowest to 1 + highest; one number f is a range of [1 - f, 1 + f]. */
    factor: factors(both),
    valueRange: valueRange(),
  },
  ['factor'],
) {
  static override readonly className = 'RandomContrast';

  protected override augment(images: Tensor): Tensor {
    const [low, high] = this.factor;
    const contrast = this.draw(images, low === 0 ? [1 - high, 1 + high] : [1 - low, 1 + high]);
    const center = mean(images, [1, 2], { keepDims: true });
    return images
      .sub(center)
      .mul(contrast)
      .add(center)
      .clip(...this.valueRange);
  }
}

/** Makes a {@link RandomContrast}. */
export const randomContrast = factory(RandomContrast);
