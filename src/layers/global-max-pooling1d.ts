import { factory } from '../config/index.ts';
import { globalPoolingLayer } from './global-pooling.ts';

/** The largest value of each channel: [batch, steps, channels] to [batch, channels]. */
export class GlobalMaxPooling1D extends globalPoolingLayer('max', 1) {
  static override readonly className = 'GlobalMaxPooling1D';
}

/** Makes a {@link GlobalMaxPooling1D}. */
export const globalMaxPooling1d = factory(GlobalMaxPooling1D);
