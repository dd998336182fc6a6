import { factory } from '../config/index.ts';
import { separableConvLayer } from './separable-conv.ts';

/**
 * A depthwise convolution of sequences and a product over the channels: nearly a convolution, with far fewer weights.
 * Chollet 2016, https://arxiv.org/abs/1610.02357
 */
export class SeparableConv1D extends separableConvLayer(1) {
  static override readonly className = 'SeparableConv1D';
}

/** Makes a {@link SeparableConv1D}. */
export const separableConv1d = factory(SeparableConv1D);
