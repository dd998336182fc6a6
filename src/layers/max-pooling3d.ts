import { factory } from '../config/index.ts';
import { maxPool3d } from '../ops/index.ts';
import { poolingLayer } from './pooling.ts';

/** The largest value of each window of volumes [batch, depth, height, width, channels]. */
export class MaxPooling3D extends poolingLayer(3) {
  static override readonly className = 'MaxPooling3D';
  protected override pool = maxPool3d;
}

/** Makes a {@link MaxPooling3D}. */
export const maxPooling3d = factory(MaxPooling3D);
