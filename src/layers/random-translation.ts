import { factory, withOptions } from '../config/index.ts';
import { onesLike, zerosLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { around, factors, plainFactor, RandomImageLayer } from './random-image-layer.ts';
import { transformImages, transformOptions } from './transform-images.ts';

const range = factors(around);

/** In training, moves each image by random shares of its height and width. */
export class RandomTranslation extends withOptions(
  RandomImageLayer,
  { heightFactor: plainFactor(), widthFactor: plainFactor(), ...transformOptions },
  ['heightFactor', 'widthFactor'],
) {
  static override readonly className = 'RandomTranslation';

  protected override augment(images: Tensor): Tensor {
    const [, height, width] = images.shape;
    const move = (factor: typeof this.heightFactor, size: number): Tensor =>
      this.draw(images, range.parse(factor, this.name)).mul(-size);
    const down = move(this.heightFactor, height);
    const across = move(this.widthFactor, width);
    const [zero, one] = [zerosLike(down), onesLike(down)];
    return transformImages(images, { a: one, b: zero, c: across, d: zero, e: one, f: down }, this);
  }
}

/** Makes a {@link RandomTranslation}. */
export const randomTranslation = factory(RandomTranslation);
