import { factory } from '../config/index.ts';
import { FixedScaling } from './variance-scaling.ts';

/**
 * Truncated normal with standard deviation sqrt(1 / fanIn), for layers with SELU.
 * LeCun et al., "Efficient BackProp", 1998.
 */
export class LecunNormal extends FixedScaling {
  static override readonly className = 'LecunNormal';
  protected override readonly scaling = {
    scale: 1,
    mode: 'fan_in',
    distribution: 'truncated_normal',
  } as const;
}

/** Makes a {@link LecunNormal}. */
export const lecunNormal = factory(LecunNormal);
