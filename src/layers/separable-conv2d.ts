import { factory } from '../config/index.ts';
import { separableConvLayer } from './separable-conv.ts';

/**
 * A depthwise convolution of images and a product over the channels: nearly a convolution, with far fewer weights.
 * Chollet 2016, https://arxiv.org/abs/1610.02357
 */
export class SeparableConv2D extends separableConvLayer(2) {
  static override readonly className = 'SeparableConv2D';
}

/** Makes a {@link SeparableConv2D}. */
export const separableConv2d = factory(SeparableConv2D);
