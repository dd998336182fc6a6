import { factory } from '../config/index.ts';
import { poolingLayer } from './pooling.ts';

/** The mean of each window of volumes [batch, depth, height, width, channels]. */
export class AveragePooling3D extends poolingLayer('average', 3) {
  static override readonly className = 'AveragePooling3D';
}

/** Makes a {@link AveragePooling3D}. */
export const averagePooling3d = factory(AveragePooling3D);
