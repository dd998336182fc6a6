import { factory } from '../config/index.ts';
import { avgPool2d } from '../ops/index.ts';
import { poolingLayer } from './pooling.ts';

/** The mean of each window of images [batch, height, width, channels]. */
export class AveragePooling2D extends poolingLayer(2) {
  static override readonly className = 'AveragePooling2D';
  protected override pool = avgPool2d;
}

/** Makes a {@link AveragePooling2D}. */
export const averagePooling2d = factory(AveragePooling2D);
