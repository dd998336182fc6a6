import { factory } from '../config/index.ts';
import { max } from '../ops/index.ts';
import { GlobalPooling } from './global-pooling.ts';

/** The largest value of each channel: [batch, depth, height, width, channels] to [batch, channels]. */
export class GlobalMaxPooling3D extends GlobalPooling {
  static override readonly className = 'GlobalMaxPooling3D';
  protected override readonly rank = 3;
  protected override reduce = max;
}

/** Makes a {@link GlobalMaxPooling3D}. */
export const globalMaxPooling3d = factory(GlobalMaxPooling3D);
