import { factory } from '../config/index.ts';
import { depthwiseConvLayer } from './depthwise-conv.ts';

/** Convolution of sequences in which each channel has filters of its own. */
export class DepthwiseConv1D extends depthwiseConvLayer(1) {
  static override readonly className = 'DepthwiseConv1D';
}

/** Makes a {@link DepthwiseConv1D}. */
export const depthwiseConv1d = factory(DepthwiseConv1D);
