import { factory } from '../config/index.ts';
import { avgPool3d } from '../ops/index.ts';
import { poolingLayer } from './pooling.ts';

/** The mean of each window of volumes [batch, depth, height, width, channels]. */
export class AveragePooling3D extends poolingLayer(3) {
  static override readonly className = 'AveragePooling3D';
  protected override pool = avgPool3d;
}

/** Makes a {@link AveragePooling3D}. */
export const averagePooling3d = factory(AveragePooling3D);
