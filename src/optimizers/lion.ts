import { factory, number, withOptions } from '../config/index.ts';
import type { Parameter } from '../ops/index.ts';
import { type Formulas, Optimizer } from './optimizer.ts';

/** Steps of one length, in the direction of the mean gradient's signs. Chen et al. 2023, https://arxiv.org/abs/2302.06675 */
export class Lion extends withOptions(
  Optimizer,
  {
    /** How much of the mean gradient counts in a step's direction, the rest being the gradient's own. */
    beta1: number(0.9, { min: 0, max: 1, above: true }),
    /** How much of the mean gradient a step keeps. */
    beta2: number(0.99, { min: 0, max: 1 }),
  },
  ['learningRate', 'beta1', 'beta2'],
) {
  static override readonly className = 'Lion';

  protected override slotNames(_parameter: Parameter): readonly (readonly string[])[] {
    return [['momentum']];
  }

  protected override rule({ w, g, momentum }: Formulas, { learningRate }: Formulas): Formulas {
    // Keras rounds the betas before it subtracts them from 1.
    const mixed = (share: number) => momentum.mul(share).add(g.mul(1 - share));
    return {
      w: w.sub(learningRate.mul(mixed(Math.fround(this.beta1)).sign())),
      momentum: mixed(Math.fround(this.beta2)),
    };
  }
}

/** Makes a {@link Lion}. */
export const lion = factory(Lion);
