import { factory } from '../config/index.ts';
import { poolingLayer } from './pooling.ts';

/** The mean of each window of steps [batch, steps, channels]. */
export class AveragePooling1D extends poolingLayer('average', 1) {
  static override readonly className = 'AveragePooling1D';
}

/** Makes a {@link AveragePooling1D}. */
export const averagePooling1d = factory(AveragePooling1D);
