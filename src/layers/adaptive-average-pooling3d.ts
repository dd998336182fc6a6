import { factory } from '../config/index.ts';
import { adaptiveAvgPool3d } from '../ops/index.ts';
import { adaptivePoolingLayer } from './adaptive-pooling.ts';

/** The mean of each of `outputSize` parts, along each of 3 axes. */
export class AdaptiveAveragePooling3D extends adaptivePoolingLayer(3) {
  static override readonly className = 'AdaptiveAveragePooling3D';
  protected override pool = adaptiveAvgPool3d;
}

/** Makes an {@link AdaptiveAveragePooling3D}. */
export const adaptiveAveragePooling3d = factory(AdaptiveAveragePooling3D);
