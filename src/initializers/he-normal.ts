import { factory } from '../config/index.ts';
import { fixedScaling } from './variance-scaling.ts';

/**
 * Truncated normal with standard deviation sqrt(2 / fanIn), for layers with ReLU.
 * He et al., "Delving Deep into Rectifiers", 2015.
 */
export class HeNormal extends fixedScaling(2, 'fan_in', 'truncated_normal') {
  static override readonly className = 'HeNormal';
}

/** Makes a {@link HeNormal}. */
export const heNormal = factory(HeNormal);
