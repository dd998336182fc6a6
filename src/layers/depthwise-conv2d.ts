import { factory } from '../config/index.ts';
import { depthwiseConvLayer } from './depthwise-conv.ts';

/** Convolution of images in which each channel has filters of its own. */
export class DepthwiseConv2D extends depthwiseConvLayer(2) {
  static override readonly className = 'DepthwiseConv2D';
}

/** Makes a {@link DepthwiseConv2D}. */
export const depthwiseConv2d = factory(DepthwiseConv2D);
