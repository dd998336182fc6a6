import { choice, factory, withOptions } from '../config/index.ts';
import { repeat } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import { resizeImages } from './resize-images.ts';
import { dataFormat, joinShape, perAxis, splitShape, withChannelsLast } from './window-options.ts';

/** Images `size` times as high and wide, by repeating pixels or between them. */
export class UpSampling2D extends withOptions(
  Layer,
  {
    size: perAxis(2, 2),
    dataFormat: dataFormat(),
    interpolation: choice(['nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'], 'nearest'),
  },
  ['size'],
) {
  static override readonly className = 'UpSampling2D';
  override inputSpec: Layer['inputSpec'] = { rank: 4 };

  override call(x: Tensor): Tensor {
    const [high, wide] = this.size;
    return withChannelsLast(x, this.dataFormat, (image) => {
      if (this.interpolation === 'nearest') return repeat(repeat(image, high, 1), wide, 2);
      const [, height, width] = image.shape;
      return resizeImages(image, [height * high, width * wide], this.interpolation);
    });
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const { batch, window, channels } = splitShape(inputShape, this.dataFormat);
    const sizes = window.map((n, i) => (n === null ? null : n * this.size[i]));
    return joinShape(batch, sizes, channels, this.dataFormat);
  }
}

/** Makes an {@link UpSampling2D}. */
export const upSampling2d = factory(UpSampling2D);
