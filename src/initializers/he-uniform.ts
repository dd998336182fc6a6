import { factory } from '../config/index.ts';
import { fixedScaling } from './variance-scaling.ts';

/**
 * Uniform in ±sqrt(6 / fanIn), for layers with ReLU.
 * He et al., "Delving Deep into Rectifiers", 2015.
 */
export class HeUniform extends fixedScaling(2, 'fan_in', 'uniform') {
  static override readonly className = 'HeUniform';
}

/** Makes a {@link HeUniform}. */
export const heUniform = factory(HeUniform);
