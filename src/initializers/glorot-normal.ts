import { factory } from '../config/index.ts';
import { FixedScaling } from './variance-scaling.ts';

/**
 * Truncated normal with standard deviation sqrt(2 / (fanIn + fanOut)).
 * Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
 */
export class GlorotNormal extends FixedScaling {
  static override readonly className = 'GlorotNormal';
  protected override readonly scaling = {
    scale: 1,
    mode: 'fan_avg',
    distribution: 'truncated_normal',
  } as const;
}

/** Makes a {@link GlorotNormal}. */
export const glorotNormal = factory(GlorotNormal);
