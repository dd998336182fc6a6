import { factory } from '../config/index.ts';
import { avgPool1d } from '../ops/index.ts';
import { poolingLayer } from './pooling.ts';

/** The mean of each window of steps [batch, steps, channels]. */
export class AveragePooling1D extends poolingLayer(1) {
  static override readonly className = 'AveragePooling1D';
  protected override pool = avgPool1d;
}

/** Makes a {@link AveragePooling1D}. */
export const averagePooling1d = factory(AveragePooling1D);
