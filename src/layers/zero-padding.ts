import { pad } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import type { Pairs } from './padding.ts';
import { type DataFormat, joinShape, splitShape, withChannelsLast } from './window-options.ts';

/** The base of layers that put zeros around images. */
export abstract class ZeroPadding extends Layer {
  /** Cells before and after, along each image axis. */
  protected abstract get pairs(): Pairs;
  abstract dataFormat: DataFormat;

  override call(x: Tensor): Tensor {
    return withChannelsLast(x, this.dataFormat, (image) =>
      pad(image, [[0, 0], ...this.pairs, [0, 0]]),
    );
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const { batch, window, channels } = splitShape(inputShape, this.dataFormat);
    const lengths = window.map((n, i) =>
      n === null ? null : n + this.pairs[i][0] + this.pairs[i][1],
    );
    return joinShape(batch, lengths, channels, this.dataFormat);
  }
}
