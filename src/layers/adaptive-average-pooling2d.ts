import { factory } from '../config/index.ts';
import { adaptiveAvgPool2d } from '../ops/index.ts';
import { adaptivePoolingLayer } from './adaptive-pooling.ts';

/** The mean of each of `outputSize` parts, along each of 2 axes. */
export class AdaptiveAveragePooling2D extends adaptivePoolingLayer(2) {
  static override readonly className = 'AdaptiveAveragePooling2D';
  protected override pool = adaptiveAvgPool2d;
}

/** Makes an {@link AdaptiveAveragePooling2D}. */
export const adaptiveAveragePooling2d = factory(AdaptiveAveragePooling2D);
