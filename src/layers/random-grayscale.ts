import { factory, number, withOptions } from '../config/index.ts';
import { broadcastTo, matmul, tensor, where } from '../ops/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import { RandomImageLayer } from './random-image-layer.ts';

/** Brightness of red, green and blue: ITU-R BT.601. */
export const luma = [[0.2989], [0.587], [0.114]];

/** In training, takes the colour from a random share `factor` of the images. */
export class RandomGrayscale extends withOptions(
  RandomImageLayer,
  { factor: number(0.5, { min: 0, max: 1 }) },
  ['factor'],
) {
  static override readonly className = 'RandomGrayscale';

  protected override augment(images: Tensor): Tensor {
    if (images.shape[3] !== 3) {
      throw new ValueError(`${this.name}: needs images of 3 channels, received ${images.shape[3]}`);
    }
    const gray = matmul(images, tensor(luma, { dtype: images.dtype }));
    const chosen = this.draw(images, [0, 1]).less(this.factor);
    return where(chosen, broadcastTo(gray, images.shape), images);
  }
}

/** Makes a {@link RandomGrayscale}. */
export const randomGrayscale = factory(RandomGrayscale);
