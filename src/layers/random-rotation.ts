import { factory, withOptions } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { around, factors, RandomImageLayer } from './random-image-layer.ts';
import { transformImages, transformOptions } from './transform-images.ts';

/** In training, turns each image by a random angle: `factor` is the largest, as a share of a full turn. */
export class RandomRotation extends withOptions(
  RandomImageLayer,
  { factor: factors(around), ...transformOptions },
  ['factor'],
) {
  static override readonly className = 'RandomRotation';

  protected override augment(images: Tensor): Tensor {
    const [, height, width] = images.shape;
    const angle = this.draw(images, this.factor).mul(2 * Math.PI);
    const [cos, sin] = [angle.cos(), angle.sin()];
    const [x, y] = [(width - 1) / 2, (height - 1) / 2];
    return transformImages(
      images,
      {
        a: cos,
        b: sin.neg(),
        c: cos.mul(-x).add(sin.mul(y)).add(x),
        d: sin,
        e: cos,
        f: sin.mul(-x).sub(cos.mul(y)).add(y),
      },
      this,
    );
  }
}

/** Makes a {@link RandomRotation}. */
export const randomRotation = factory(RandomRotation);
