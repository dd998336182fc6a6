import { factory } from '../config/index.ts';
import { globalPoolingLayer } from './global-pooling.ts';

/** The largest value of each channel: [batch, height, width, channels] to [batch, channels]. */
export class GlobalMaxPooling2D extends globalPoolingLayer('max', 2) {
  static override readonly className = 'GlobalMaxPooling2D';
}

/** Makes a {@link GlobalMaxPooling2D}. */
export const globalMaxPooling2d = factory(GlobalMaxPooling2D);
