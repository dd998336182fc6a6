import { factory, withOptions } from '../config/index.ts';
import { onesLike, zerosLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { factors, RandomImageLayer, upTo } from './random-image-layer.ts';
import { transformImages, transformOptions } from './transform-images.ts';

/** In training, shears each image along x and y by random factors. */
export class RandomShear extends withOptions(
  RandomImageLayer,
  { xFactor: factors(upTo, 0), yFactor: factors(upTo, 0), ...transformOptions },
  ['xFactor', 'yFactor'],
) {
  static override readonly className = 'RandomShear';

  protected override augment(images: Tensor): Tensor {
    const across = this.draw(images, this.xFactor);
    const down = this.draw(images, this.yFactor);
    const [zero, one] = [zerosLike(down), onesLike(down)];
    return transformImages(images, { a: one, b: across, c: zero, d: down, e: one, f: zero }, this);
  }
}

/** Makes a {@link RandomShear}. */
export const randomShear = factory(RandomShear);
