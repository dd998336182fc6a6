import { factory } from '../config/index.ts';
import { convTransposeLayer } from './conv-transpose.ts';

/** Transposed convolution of volumes: the way back of a convolution, from few cells to many. */
export class Conv3DTranspose extends convTransposeLayer(3) {
  static override readonly className = 'Conv3DTranspose';
}

/** Makes a {@link Conv3DTranspose}. */
export const conv3dTranspose = factory(Conv3DTranspose);
