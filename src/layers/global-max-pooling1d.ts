import { factory } from '../config/index.ts';
import { max } from '../ops/index.ts';
import { GlobalPooling } from './global-pooling.ts';

/** The largest value of each channel: [batch, steps, channels] to [batch, channels]. */
export class GlobalMaxPooling1D extends GlobalPooling {
  static override readonly className = 'GlobalMaxPooling1D';
  protected override readonly rank = 1;
  protected override reduce = max;
}

/** Makes a {@link GlobalMaxPooling1D}. */
export const globalMaxPooling1d = factory(GlobalMaxPooling1D);
