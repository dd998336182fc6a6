import { boolean, withOptions } from '../config/index.ts';
import { max, mean } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import { dataFormat, joinShape, splitShape } from './window-options.ts';

const reductions = { max, average: mean } as const;

/** The base class of the global pooling layers: one value a channel. */
export function globalPoolingLayer(kind: keyof typeof reductions, rank: 1 | 2 | 3) {
  return class GlobalPooling extends withOptions(Layer, {
    dataFormat: dataFormat(),
    /** Keep the pooled axes with size 1. */
    keepdims: boolean(false),
  }) {
    override inputSpec: Layer['inputSpec'] = { rank: rank + 2 };

    /** The axes that are pooled. */
    get axes(): number[] {
      const first = this.dataFormat === 'channels_last' ? 1 : 2;
      return Array.from({ length: rank }, (_, i) => first + i);
    }

    override call(x: Tensor, _options: Parameters<Layer['call']>[1]): Tensor {
      return reductions[kind](x, this.axes, { keepDims: this.keepdims });
    }

    override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
      const { batch, window, channels } = splitShape(inputShape, this.dataFormat);
      const ones = window.map(() => 1);
      return this.keepdims ? joinShape(batch, ones, channels, this.dataFormat) : [batch, channels];
    }
  };
}
