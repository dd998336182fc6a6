import { factory } from '../config/index.ts';
import { fixedScaling } from './variance-scaling.ts';

/**
 * Truncated normal with standard deviation sqrt(2 / (fanIn + fanOut)).
 * Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
 */
export class GlorotNormal extends fixedScaling(1, 'fan_avg', 'truncated_normal') {
  static override readonly className = 'GlorotNormal';
}

/** Makes a {@link GlorotNormal}. */
export const glorotNormal = factory(GlorotNormal);
