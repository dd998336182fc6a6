import { factory } from '../config/index.ts';
import { maxPool2d } from '../ops/index.ts';
import { poolingLayer } from './pooling.ts';

/** The largest value of each window of images [batch, height, width, channels]. */
export class MaxPooling2D extends poolingLayer(2) {
  static override readonly className = 'MaxPooling2D';
  protected override pool = maxPool2d;
}

/** Makes a {@link MaxPooling2D}. */
export const maxPooling2d = factory(MaxPooling2D);
