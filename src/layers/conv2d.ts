import { factory } from '../config/index.ts';
import { convLayer } from './conv.ts';

/**
 * Convolution of images [batch, height, width, channels] with learned filters.
 * @example conv2d(32, 3, { activation: 'relu' })
 */
export class Conv2D extends convLayer(2) {
  static override readonly className = 'Conv2D';
}

/** Makes a {@link Conv2D}. */
export const conv2d = factory(Conv2D);
