import { factory } from '../config/index.ts';
import { globalPoolingLayer } from './global-pooling.ts';

/** The mean of each channel: [batch, depth, height, width, channels] to [batch, channels]. */
export class GlobalAveragePooling3D extends globalPoolingLayer('average', 3) {
  static override readonly className = 'GlobalAveragePooling3D';
}

/** Makes a {@link GlobalAveragePooling3D}. */
export const globalAveragePooling3d = factory(GlobalAveragePooling3D);
