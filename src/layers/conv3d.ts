import { factory } from '../config/index.ts';
import { convLayer } from './conv.ts';

/**
 * Convolution of volumes [batch, depth, height, width, channels] with learned filters.
 * @example conv3d(32, 3, { activation: 'relu' })
 */
export class Conv3D extends convLayer(3) {
  static override readonly className = 'Conv3D';
}

/** Makes a {@link Conv3D}. */
export const conv3d = factory(Conv3D);
