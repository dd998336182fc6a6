import { factory, requiredInteger, withOptions } from '../config/index.ts';
import { slice } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { ImageLayer } from './image-layer.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { resizeImages } from './resize-images.ts';
import { croppedToProportion, resizedShape } from './resizing.ts';
import { dataFormat } from './window-options.ts';

/** The middle of images; of smaller ones as much as has the right proportions, enlarged. */
export class CenterCrop extends withOptions(
  ImageLayer,
  { dataFormat: dataFormat(), height: requiredInteger(), width: requiredInteger() },
  ['height', 'width'],
) {
  static override readonly className = 'CenterCrop';

  protected override transform(images: Tensor): Tensor {
    return centerCropped(images, this.height, this.width);
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return resizedShape(inputShape, this.height, this.width, this.dataFormat);
  }
}

/** Makes a {@link CenterCrop}. */
export const centerCrop = factory(CenterCrop);

/** The middle of a batch of images, enlarged if they are too small. */
export function centerCropped(images: Tensor, height: number, width: number): Tensor {
  const [top, left] = [images.shape[1] - height, images.shape[2] - width].map((n) => n >> 1);
  if (top >= 0 && left >= 0) {
    return slice(images, [
      null,
      { start: top, stop: top + height },
      { start: left, stop: left + width },
    ]);
  }
  return resizeImages(croppedToProportion(images, [height, width]), [height, width], 'bilinear');
}
