import { factory } from '../config/index.ts';
import { fixedScaling } from './variance-scaling.ts';

/**
 * Truncated normal with standard deviation sqrt(1 / fanIn), for layers with SELU.
 * LeCun et al., "Efficient BackProp", 1998.
 */
export class LecunNormal extends fixedScaling(1, 'fan_in', 'truncated_normal') {
  static override readonly className = 'LecunNormal';
}

/** Makes a {@link LecunNormal}. */
export const lecunNormal = factory(LecunNormal);
