import { factory, withOptions } from '../config/index.ts';
import { moveAxis, reshape } from '../ops/index.ts';
import { sizeOf, type Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import { dataFormat } from './window-options.ts';

/** All axes but the batch as one: [batch, ...] to [batch, features], channels last. */
export class Flatten extends withOptions(Layer, { dataFormat: dataFormat() }, ['dataFormat']) {
  static override readonly className = 'Flatten';
  override inputSpec: Layer['inputSpec'] = { minRank: 1 };

  override call(x: Tensor): Tensor {
    const ordered = this.dataFormat === 'channels_first' && x.rank > 2 ? moveAxis(x, 1, -1) : x;
    return reshape(ordered, [x.shape[0], sizeOf(x.shape.slice(1))]);
  }

  override computeOutputShape([batch, ...rest]: SymbolicShape): SymbolicShape {
    return [batch, rest.includes(null) ? null : sizeOf(rest as number[])];
  }
}

/** Makes a {@link Flatten}. */
export const flatten = factory(Flatten);
