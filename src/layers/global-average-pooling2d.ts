import { factory } from '../config/index.ts';
import { mean } from '../ops/index.ts';
import { GlobalPooling } from './global-pooling.ts';

/** The mean of each channel: [batch, height, width, channels] to [batch, channels]. */
export class GlobalAveragePooling2D extends GlobalPooling {
  static override readonly className = 'GlobalAveragePooling2D';
  protected override readonly rank = 2;
  protected override reduce = mean;
}

/** Makes a {@link GlobalAveragePooling2D}. */
export const globalAveragePooling2d = factory(GlobalAveragePooling2D);
