import { factory } from '../config/index.ts';
import { globalPoolingLayer } from './global-pooling.ts';

/** The mean of each channel: [batch, height, width, channels] to [batch, channels]. */
export class GlobalAveragePooling2D extends globalPoolingLayer('average', 2) {
  static override readonly className = 'GlobalAveragePooling2D';
}

/** Makes a {@link GlobalAveragePooling2D}. */
export const globalAveragePooling2d = factory(GlobalAveragePooling2D);
