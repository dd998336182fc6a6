import { boolean, withOptions } from '../config/index.ts';
import type { ReduceOptions } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { checkInput } from './input-spec.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { type CallOptions, Layer } from './layer.ts';
import { dataFormat, joinShape, splitShape } from './window-options.ts';

/** The base class of the global pooling layers: one value a channel. */
export abstract class GlobalPooling extends withOptions(Layer, {
  dataFormat: dataFormat(),
  /** Keep the pooled axes with size 1. */
  keepdims: boolean(false),
}) {
  /** How many axes are pooled. */
  protected abstract readonly rank: 1 | 2 | 3;

  protected abstract reduce(x: Tensor, axes: readonly number[], options: ReduceOptions): Tensor;

  /** The axes that are pooled. */
  get axes(): number[] {
    const first = this.dataFormat === 'channels_last' ? 1 : 2;
    return Array.from({ length: this.rank }, (_, i) => first + i);
  }

  override build(inputShape: SymbolicShape): void {
    this.inputSpec = { rank: this.rank + 2 };
    checkInput(this.name, this.inputSpec, inputShape);
  }

  override call(x: Tensor, _options?: CallOptions): Tensor {
    return this.reduce(x, this.axes, { keepDims: this.keepdims });
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const { batch, window, channels } = splitShape(inputShape, this.dataFormat);
    const ones = window.map(() => 1);
    return this.keepdims ? joinShape(batch, ones, channels, this.dataFormat) : [batch, channels];
  }
}
