import { factory, withOptions } from '../config/index.ts';
import { zerosLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import {
  around,
  factors,
  optionalFactor,
  plainFactor,
  RandomImageLayer,
} from './random-image-layer.ts';
import { transformImages, transformOptions } from './transform-images.ts';

const range = factors(around);

/**
 * In training, zooms each image: a factor of 0.2 shows 20 percent more, -0.2 that much less. Without `widthFactor` the
 * proportions stay.
 */
export class RandomZoom extends withOptions(
  RandomImageLayer,
  { heightFactor: plainFactor(), widthFactor: optionalFactor(), ...transformOptions },
  ['heightFactor', 'widthFactor'],
) {
  static override readonly className = 'RandomZoom';

  protected override augment(images: Tensor): Tensor {
    const [, height, width] = images.shape;
    const zoom = (factor: typeof this.heightFactor): Tensor =>
      this.draw(images, range.parse(factor, this.name)).add(1);
    const down = zoom(this.heightFactor);
    const across = this.widthFactor === null ? down : zoom(this.widthFactor);
    const none = zerosLike(down);
    return transformImages(
      images,
      {
        a: across,
        b: none,
        c: across
          .neg()
          .add(1)
          .mul((width - 1) / 2),
        d: none,
        e: down,
        f: down
          .neg()
          .add(1)
          .mul((height - 1) / 2),
      },
      this,
    );
  }
}

/** Makes a {@link RandomZoom}. */
export const randomZoom = factory(RandomZoom);
