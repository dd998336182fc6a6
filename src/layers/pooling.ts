import { choice, withOptions } from '../config/index.ts';
import type { PoolOptions } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import {
  dataFormat,
  joinShape,
  optionalPerAxis,
  outputLength,
  perAxis,
  splitShape,
  withChannelsLast,
} from './window-options.ts';

const options = (rank: number) => ({
  /** Size of the window. */
  poolSize: perAxis(rank, 2),
  padding: choice(['valid', 'same'], 'valid'),
  /** Step of the window; its size by default. */
  strides: optionalPerAxis(rank),
  dataFormat: dataFormat(),
});

/** The base class of the pooling layers: a window that slides over 1 to 3 axes. */
export abstract class Pooling extends withOptions(Layer, options(2)) {
  override inputSpec: Layer['inputSpec'] = { rank: this.poolSize.length + 2 };
  protected abstract pool(x: Tensor, size: readonly number[], options: PoolOptions): Tensor;

  /** Steps; never null once the layer exists. */
  get step(): readonly number[] {
    return this.strides ?? this.poolSize;
  }

  override call(x: Tensor): Tensor {
    return withChannelsLast(x, this.dataFormat, (image) =>
      this.pool(image, this.poolSize, { strides: this.step, padding: this.padding }),
    );
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const { batch, window, channels } = splitShape(inputShape, this.dataFormat);
    const lengths = window.map((n, i) =>
      outputLength(n, this.poolSize[i], this.padding, this.step[i]),
    );
    return joinShape(batch, lengths, channels, this.dataFormat);
  }

  override getConfig() {
    return { ...super.getConfig(), strides: this.step };
  }
}

/** The base class with the options of so many image axes. */
export const poolingLayer = (rank: 1 | 2 | 3) =>
  withOptions(Pooling, options(rank), ['poolSize', 'strides']);
