import { factory, requiredInteger, withOptions } from '../config/index.ts';
import { broadcastTo, expandDims } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';

/** The input `n` times: [batch, features] to [batch, n, features]. */
export class RepeatVector extends withOptions(Layer, { n: requiredInteger() }, ['n']) {
  static override readonly className = 'RepeatVector';
  override inputSpec: Layer['inputSpec'] = { rank: 2 };

  override call(x: Tensor): Tensor {
    return broadcastTo(expandDims(x, 1), [x.shape[0], this.n, x.shape[1]]);
  }

  override computeOutputShape([batch, features]: SymbolicShape): SymbolicShape {
    return [batch, this.n, features];
  }
}

/** Makes a {@link RepeatVector}. */
export const repeatVector = factory(RepeatVector);
