import { factory, requiredInteger, withOptions } from '../config/index.ts';
import { arange, cast, elementwise, floor, gather, reshape } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { centerCropped } from './center-crop.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { RandomImageLayer } from './random-image-layer.ts';
import { resizedShape } from './resizing.ts';

/**
 * In training, a random part of each image; smaller images are enlarged. Otherwise images stay as they are, as in Keras: bring
 * those to be judged to the size with `centerCrop`.
 */
export class RandomCrop extends withOptions(
  RandomImageLayer,
  { height: requiredInteger(), width: requiredInteger() },
  ['height', 'width'],
) {
  static override readonly className = 'RandomCrop';

  protected override augment(images: Tensor): Tensor {
    const [batch, height, width, channels] = images.shape;
    if (height < this.height || width < this.width) {
      return centerCropped(images, this.height, this.width);
    }
    const start = (room: number): Tensor => floor(this.draw(images, [0, room + 1]));
    const top = start(height - this.height);
    const left = start(width - this.width);
    const pixel = elementwise(
      'cropIndex',
      (image, row, column, y, x) => image.mul(height).add(row).add(y).mul(width).add(column).add(x),
      [
        reshape(arange(batch), [-1, 1, 1]),
        reshape(arange(this.height), [1, -1, 1]),
        reshape(arange(this.width), [1, 1, -1]),
        reshape(cast(top, 'int32'), [-1, 1, 1]),
        reshape(cast(left, 'int32'), [-1, 1, 1]),
      ],
      { dtype: 'int32' },
    );
    return gather(reshape(images, [batch * height * width, channels]), pixel);
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return resizedShape(inputShape, this.height, this.width, this.dataFormat);
  }
}

/** Makes a {@link RandomCrop}. */
export const randomCrop = factory(RandomCrop);
