import { factory } from '../config/index.ts';
import { adaptiveMaxPool3d } from '../ops/index.ts';
import { adaptivePoolingLayer } from './adaptive-pooling.ts';

/** The largest value of each of `outputSize` parts, along each of 3 axes. */
export class AdaptiveMaxPooling3D extends adaptivePoolingLayer(3) {
  static override readonly className = 'AdaptiveMaxPooling3D';
  protected override pool = adaptiveMaxPool3d;
}

/** Makes an {@link AdaptiveMaxPooling3D}. */
export const adaptiveMaxPooling3d = factory(AdaptiveMaxPooling3D);
