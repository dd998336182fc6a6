import { factory } from '../config/index.ts';
import { adaptiveMaxPool1d } from '../ops/index.ts';
import { adaptivePoolingLayer } from './adaptive-pooling.ts';

/** The largest value of each of `outputSize` parts, along each of 1 axes. */
export class AdaptiveMaxPooling1D extends adaptivePoolingLayer(1) {
  static override readonly className = 'AdaptiveMaxPooling1D';
  protected override pool = adaptiveMaxPool1d;
}

/** Makes an {@link AdaptiveMaxPooling1D}. */
export const adaptiveMaxPooling1d = factory(AdaptiveMaxPooling1D);
