import { factory } from '../config/index.ts';
import { fixedScaling } from './variance-scaling.ts';

/**
 * Uniform in ±sqrt(6 / (fanIn + fanOut)): the default of most layers.
 * Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
 */
export class GlorotUniform extends fixedScaling(1, 'fan_avg', 'uniform') {
  static override readonly className = 'GlorotUniform';
}

/** Makes a {@link GlorotUniform}. */
export const glorotUniform = factory(GlorotUniform);
