import { factory } from '../config/index.ts';
import { FixedScaling } from './variance-scaling.ts';

/**
 * Truncated normal with standard deviation sqrt(2 / fanIn), for layers with ReLU.
 * He et al., "Delving Deep into Rectifiers", 2015.
 */
export class HeNormal extends FixedScaling {
  static override readonly className = 'HeNormal';
  protected override readonly scaling = {
    scale: 2,
    mode: 'fan_in',
    distribution: 'truncated_normal',
  } as const;
}

/** Makes a {@link HeNormal}. */
export const heNormal = factory(HeNormal);
