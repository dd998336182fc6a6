import { factory } from '../config/index.ts';
import { FixedScaling } from './variance-scaling.ts';

/**
 * Uniform in ±sqrt(3 / fanIn).
 * LeCun et al., "Efficient BackProp", 1998.
 */
export class LecunUniform extends FixedScaling {
  static override readonly className = 'LecunUniform';
  protected override readonly scaling = {
    scale: 1,
    mode: 'fan_in',
    distribution: 'uniform',
  } as const;
}

/** Makes a {@link LecunUniform}. */
export const lecunUniform = factory(LecunUniform);
