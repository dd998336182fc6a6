import { factory } from '../config/index.ts';
import { maxPool1d } from '../ops/index.ts';
import { poolingLayer } from './pooling.ts';

/** The largest value of each window of steps [batch, steps, channels]. */
export class MaxPooling1D extends poolingLayer(1) {
  static override readonly className = 'MaxPooling1D';
  protected override pool = maxPool1d;
}

/** Makes a {@link MaxPooling1D}. */
export const maxPooling1d = factory(MaxPooling1D);
