import { factory } from '../config/index.ts';
import { adaptiveAvgPool1d } from '../ops/index.ts';
import { adaptivePoolingLayer } from './adaptive-pooling.ts';

/** The mean of each of `outputSize` parts, along each of 1 axes. */
export class AdaptiveAveragePooling1D extends adaptivePoolingLayer(1) {
  static override readonly className = 'AdaptiveAveragePooling1D';
  protected override pool = adaptiveAvgPool1d;
}

/** Makes an {@link AdaptiveAveragePooling1D}. */
export const adaptiveAveragePooling1d = factory(AdaptiveAveragePooling1D);
