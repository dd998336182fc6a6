import { factory } from '../config/index.ts';
import { max } from '../ops/index.ts';
import { GlobalPooling } from './global-pooling.ts';

/** The largest value of each channel: [batch, height, width, channels] to [batch, channels]. */
export class GlobalMaxPooling2D extends GlobalPooling {
  static override readonly className = 'GlobalMaxPooling2D';
  protected override readonly rank = 2;
  protected override reduce = max;
}

/** Makes a {@link GlobalMaxPooling2D}. */
export const globalMaxPooling2d = factory(GlobalMaxPooling2D);
