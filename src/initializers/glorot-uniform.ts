import { factory } from '../config/index.ts';
import { FixedScaling } from './variance-scaling.ts';

/**
 * Uniform in ±sqrt(6 / (fanIn + fanOut)): the default of most layers.
 * Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
 */
export class GlorotUniform extends FixedScaling {
  static override readonly className = 'GlorotUniform';
  protected override readonly scaling = {
    scale: 1,
    mode: 'fan_avg',
    distribution: 'uniform',
  } as const;
}

/** Makes a {@link GlorotUniform}. */
export const glorotUniform = factory(GlorotUniform);
