import { choice, factory, withOptions } from '../config/index.ts';
import { flip, where } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { RandomImageLayer } from './random-image-layer.ts';

/** In training, mirrors each image with probability 1/2 for each direction. */
export class RandomFlip extends withOptions(
  RandomImageLayer,
  {
    mode: choice(['horizontal_and_vertical', 'horizontal', 'vertical'], 'horizontal_and_vertical'),
  },
  ['mode'],
) {
  static override readonly className = 'RandomFlip';

  protected override augment(images: Tensor): Tensor {
    const mirrored = (x: Tensor, axis: number): Tensor =>
      where(this.draw(x, [0, 1]).less(0.5), flip(x, axis), x);
    const sideways = this.mode === 'vertical' ? images : mirrored(images, 2);
    return this.mode === 'horizontal' ? sideways : mirrored(sideways, 1);
  }
}

/** Makes a {@link RandomFlip}. */
export const randomFlip = factory(RandomFlip);
