import { factory } from '../config/index.ts';
import { FixedScaling } from './variance-scaling.ts';

/**
 * Uniform in ±sqrt(6 / fanIn), for layers with ReLU.
 * He et al., "Delving Deep into Rectifiers", 2015.
 */
export class HeUniform extends FixedScaling {
  static override readonly className = 'HeUniform';
  protected override readonly scaling = {
    scale: 2,
    mode: 'fan_in',
    distribution: 'uniform',
  } as const;
}

/** Makes a {@link HeUniform}. */
export const heUniform = factory(HeUniform);
