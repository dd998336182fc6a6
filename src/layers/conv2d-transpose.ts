import { factory } from '../config/index.ts';
import { convTransposeLayer } from './conv-transpose.ts';

/** Transposed convolution of images: the way back of a convolution, from few cells to many. */
export class Conv2DTranspose extends convTransposeLayer(2) {
  static override readonly className = 'Conv2DTranspose';
}

/** Makes a {@link Conv2DTranspose}. */
export const conv2dTranspose = factory(Conv2DTranspose);
