import { factory } from '../config/index.ts';
import { mean } from '../ops/index.ts';
import { GlobalPooling } from './global-pooling.ts';

/** The mean of each channel: [batch, depth, height, width, channels] to [batch, channels]. */
export class GlobalAveragePooling3D extends GlobalPooling {
  static override readonly className = 'GlobalAveragePooling3D';
  protected override readonly rank = 3;
  protected override reduce = mean;
}

/** Makes a {@link GlobalAveragePooling3D}. */
export const globalAveragePooling3d = factory(GlobalAveragePooling3D);
