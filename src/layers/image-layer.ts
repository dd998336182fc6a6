import { cast, expandDims, squeeze } from '../ops/index.ts';
import { formatShape, ShapeError, type Tensor } from '../tensor/index.ts';
import { type CallOptions, Layer } from './layer.ts';
import { type DataFormat, withChannelsLast } from './window-options.ts';

/** The base of layers that prepare images: one [height, width, channels] or a batch of them, in either format. */
export abstract class ImageLayer extends Layer {
  abstract dataFormat: DataFormat;

  /** Works on a batch of images [batch, height, width, channels] of the layer's dtype. */
  protected abstract transform(images: Tensor, training: boolean): Tensor;

  override call(x: Tensor, { training = false }: CallOptions = {}): Tensor {
    if (x.rank !== 3 && x.rank !== 4) {
      throw new ShapeError(
        `${this.name}: expects an image or a batch of images, received shape ${formatShape(x.shape)}`,
      );
    }
    const images = cast(x.rank === 3 ? expandDims(x, 0) : x, this.computeDtype);
    const made = withChannelsLast(images, this.dataFormat, (batch) =>
      this.transform(batch, training),
    );
    return x.rank === 3 ? squeeze(made, 0) : made;
  }
}
