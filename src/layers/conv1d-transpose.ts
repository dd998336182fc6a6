import { factory } from '../config/index.ts';
import { convTransposeLayer } from './conv-transpose.ts';

/** Transposed convolution of sequences: the way back of a convolution, from few cells to many. */
export class Conv1DTranspose extends convTransposeLayer(1) {
  static override readonly className = 'Conv1DTranspose';
}

/** Makes a {@link Conv1DTranspose}. */
export const conv1dTranspose = factory(Conv1DTranspose);
