import { factory, nullable, number, withOptions } from '../config/index.ts';
import { arange, elementwise, reshape, where } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { factors, RandomImageLayer, upTo, valueRange } from './random-image-layer.ts';

/**
 * In training, covers a random rectangle of each image: its sides are shares of the image's, drawn from `scale`.
 * Zhong et al. 2017, https://arxiv.org/abs/1708.04896
 */
export class RandomErasing extends withOptions(
  RandomImageLayer,
  {
    /** Share of the images that are changed. */
    factor: number(1, { min: 0, max: 1 }),
    scale: factors(upTo, [0.02, 0.33]),
    /** What the rectangle is filled with; null for the middle of the range. */
    fillValue: nullable(number(0)),
    valueRange: valueRange(),
  },
  ['factor', 'scale'],
) {
  static override readonly className = 'RandomErasing';

  protected override augment(images: Tensor): Tensor {
    const [, height, width] = images.shape;
    const { dtype } = images;
    const chosen = this.draw(images, [0, 1]).less(this.factor);
    const covers = (size: number, axis: number): Tensor => {
      const length = this.draw(images, this.scale).mul(size);
      const shape = [1, 1, 1, 1].with(axis, size);
      return elementwise(
        'coveredCells',
        (at, n, share) => {
          const start = share.mul(n.neg().add(size));
          return at.ge(start).mul(at.lt(start.add(n)));
        },
        [reshape(arange(size, undefined, 1, { dtype }), shape), length, this.draw(images, [0, 1])],
        { dtype: 'bool' },
      );
    };
    const covered = covers(height, 1).logicalAnd(covers(width, 2)).logicalAnd(chosen);
    const [low, high] = this.valueRange;
    return where(covered, this.fillValue ?? (low + high) / 2, images);
  }
}

/** Makes a {@link RandomErasing}. */
export const randomErasing = factory(RandomErasing);
