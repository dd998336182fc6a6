import { factory } from '../config/index.ts';
import { cast, expandDims, mean, mul } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { GlobalPooling } from './global-pooling.ts';
import type { CallOptions } from './layer.ts';

/**
 * The mean of each channel over time: [batch, steps, channels] to [batch, channels]; steps that are masked do not
 * count.
 */
export class GlobalAveragePooling1D extends GlobalPooling {
  static override readonly className = 'GlobalAveragePooling1D';
  protected override readonly rank = 1;
  protected override reduce = mean;

  override call(x: Tensor, options: CallOptions): Tensor {
    if (!options.mask) return super.call(x, options);
    const [steps] = this.axes;
    const mask = expandDims(cast(options.mask as Tensor, x.dtype), steps === 1 ? 2 : 1);
    const total = mul(x, mask).sum(steps, { keepDims: this.keepdims });
    return total.div(mask.sum(steps, { keepDims: this.keepdims }));
  }

  override computeMask(): null {
    return null;
  }
}

/** Makes a {@link GlobalAveragePooling1D}. */
export const globalAveragePooling1d = factory(GlobalAveragePooling1D);
