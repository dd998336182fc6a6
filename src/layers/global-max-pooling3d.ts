import { factory } from '../config/index.ts';
import { globalPoolingLayer } from './global-pooling.ts';

/** The largest value of each channel: [batch, depth, height, width, channels] to [batch, channels]. */
export class GlobalMaxPooling3D extends globalPoolingLayer('max', 3) {
  static override readonly className = 'GlobalMaxPooling3D';
}

/** Makes a {@link GlobalMaxPooling3D}. */
export const globalMaxPooling3d = factory(GlobalMaxPooling3D);
