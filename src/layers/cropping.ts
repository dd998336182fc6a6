import { slice } from '../ops/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import type { Pairs } from './padding.ts';
import { type DataFormat, joinShape, splitShape, withChannelsLast } from './window-options.ts';

/** The base of layers that cut cells off images. */
export abstract class Cropping extends Layer {
  /** Cells cut off before and after, along each image axis. */
  protected abstract get pairs(): Pairs;
  abstract dataFormat: DataFormat;

  override call(x: Tensor): Tensor {
    this.computeOutputShape(x.shape);
    return withChannelsLast(x, this.dataFormat, (image) =>
      slice(image, [
        null,
        ...this.pairs.map(([before, after], i) => ({
          start: before,
          stop: image.shape[i + 1] - after,
        })),
      ]),
    );
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const { batch, window, channels } = splitShape(inputShape, this.dataFormat);
    const lengths = window.map((n, i) => {
      const left = n === null ? null : n - this.pairs[i][0] - this.pairs[i][1];
      if (left !== null && left < 1) {
        throw new ValueError(
          `${this.name}: cropping [${this.pairs[i]}] leaves nothing of an axis of ${n} cells`,
        );
      }
      return left;
    });
    return joinShape(batch, lengths, channels, this.dataFormat);
  }
}
