import { factory } from '../config/index.ts';
import { convLayer } from './conv.ts';

/**
 * Convolution of sequences [batch, steps, channels] with learned filters.
 * @example conv1d(32, 3, { activation: 'relu' })
 */
export class Conv1D extends convLayer(1) {
  static override readonly className = 'Conv1D';
}

/** Makes a {@link Conv1D}. */
export const conv1d = factory(Conv1D);
