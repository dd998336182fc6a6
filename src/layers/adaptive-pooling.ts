import { withOptions } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import {
  dataFormat,
  joinShape,
  requiredPerAxis,
  splitShape,
  withChannelsLast,
} from './window-options.ts';

const options = (rank: number) => ({ outputSize: requiredPerAxis(rank), dataFormat: dataFormat() });

/** The base class of pooling layers that are told the size of the result instead of the window's. */
export abstract class AdaptivePooling extends withOptions(Layer, options(2)) {
  override inputSpec: Layer['inputSpec'] = { rank: this.outputSize.length + 2 };

  protected abstract pool(x: Tensor, size: readonly number[]): Tensor;

  override call(x: Tensor): Tensor {
    return withChannelsLast(x, this.dataFormat, (image) => this.pool(image, this.outputSize));
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const { batch, channels } = splitShape(inputShape, this.dataFormat);
    return joinShape(batch, this.outputSize, channels, this.dataFormat);
  }
}

/** The base class with the options of so many image axes. */
export const adaptivePoolingLayer = (rank: 1 | 2 | 3) =>
  withOptions(AdaptivePooling, options(rank), ['outputSize']);
