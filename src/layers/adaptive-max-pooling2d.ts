import { factory } from '../config/index.ts';
import { adaptiveMaxPool2d } from '../ops/index.ts';
import { adaptivePoolingLayer } from './adaptive-pooling.ts';

/** The largest value of each of `outputSize` parts, along each of 2 axes. */
export class AdaptiveMaxPooling2D extends adaptivePoolingLayer(2) {
  static override readonly className = 'AdaptiveMaxPooling2D';
  protected override pool = adaptiveMaxPool2d;
}

/** Makes an {@link AdaptiveMaxPooling2D}. */
export const adaptiveMaxPooling2d = factory(AdaptiveMaxPooling2D);
