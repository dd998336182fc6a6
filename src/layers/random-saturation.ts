import { factory, withOptions } from '../config/index.ts';
import { elementwise, matmul, tensor } from '../ops/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import { luma } from './random-grayscale.ts';
import { factors, RandomImageLayer, upTo, valueRange } from './random-image-layer.ts';

/** In training, makes colours stronger or weaker: factor 0 gives grey, 0.5 leaves them, 1 doubles them. */
export class RandomSaturation extends withOptions(
  RandomImageLayer,
  { factor: factors(upTo), valueRange: valueRange() },
  ['factor'],
) {
  static override readonly className = 'RandomSaturation';

  protected override augment(images: Tensor): Tensor {
    if (images.shape[3] !== 3) {
      throw new ValueError(`${this.name}: needs images of 3 channels, received ${images.shape[3]}`);
    }
    const gray = matmul(images, tensor(luma, { dtype: images.dtype }));
    const strength = this.draw(images, this.factor).mul(2);
    const [low, high] = this.valueRange;
    return elementwise(
      'saturation',
      (pixel, g, s) => g.add(pixel.sub(g).mul(s)).max(low).min(high),
      [images, gray, strength],
    );
  }
}

/** Makes a {@link RandomSaturation}. */
export const randomSaturation = factory(RandomSaturation);
