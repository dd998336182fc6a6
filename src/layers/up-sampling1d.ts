import { factory, integer, withOptions } from '../config/index.ts';
import { repeat } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';

/** Each step `size` times: [batch, steps, channels] to [batch, steps * size, channels]. */
export class UpSampling1D extends withOptions(Layer, { size: integer(2, { min: 1 }) }, ['size']) {
  static override readonly className = 'UpSampling1D';
  override inputSpec: Layer['inputSpec'] = { rank: 3 };

  override call(x: Tensor): Tensor {
    return repeat(x, this.size, 1);
  }

  override computeOutputShape([batch, steps, channels]: SymbolicShape): SymbolicShape {
    return [batch, steps === null ? null : steps * this.size, channels];
  }
}

/** Makes an {@link UpSampling1D}. */
export const upSampling1d = factory(UpSampling1D);
