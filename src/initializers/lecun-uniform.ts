import { factory } from '../config/index.ts';
import { fixedScaling } from './variance-scaling.ts';

/**
 * Uniform in ±sqrt(3 / fanIn).
 * LeCun et al., "Efficient BackProp", 1998.
 */
export class LecunUniform extends fixedScaling(1, 'fan_in', 'uniform') {
  static override readonly className = 'LecunUniform';
}

/** Makes a {@link LecunUniform}. */
export const lecunUniform = factory(LecunUniform);
