import { type Config, factory, number, requiredInteger, withOptions } from '../config/index.ts';
import { where } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { RandomImageLayer, valueRange } from './random-image-layer.ts';

/** In training, keeps the first `factor` bits of the 8 of each pixel. */
export class RandomPosterization extends withOptions(
  RandomImageLayer,
  {
    factor: requiredInteger({ min: 1, max: 8 }),
    /** Share of the images that are changed. */
    probability: number(1, { min: 0, max: 1 }),
    valueRange: valueRange(),
  },
  ['factor'],
) {
  static override readonly className = 'RandomPosterization';

  /** Keras changes all images and has no such option. */
  override getConfig(): Config {
    const { probability, ...config } = super.getConfig();
    return probability === 1 ? config : { ...config, probability };
  }

  protected override augment(images: Tensor): Tensor {
    const [low, high] = this.valueRange;
    const scale = 255 / (high - low);
    const step = 2 ** (8 - this.factor);
    const coarse = images
      .sub(low)
      .mul(scale / step)
      .floor()
      .mul(step / scale)
      .add(low);
    return where(this.draw(images, [0, 1]).less(this.probability), coarse, images);
  }
}

/** Makes a {@link RandomPosterization}. */
export const randomPosterization = factory(RandomPosterization);
