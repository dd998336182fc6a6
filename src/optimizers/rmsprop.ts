import { boolean, factory, number, withOptions } from '../config/index.ts';
import type { Expr } from '../expr/index.ts';
import { constant } from '../expr/index.ts';
import type { Parameter } from '../ops/index.ts';
import { type Formulas, Optimizer } from './optimizer.ts';

/**
 * Steps of the gradient over the root of the mean squared gradient; `centered` subtracts the squared mean. Tieleman and
 * Hinton, lecture 6.5 of "Neural Networks for Machine Learning", 2012.
 */
export class RMSprop extends withOptions(
  Optimizer,
  {
    /** How much of the mean squared gradient a step keeps. */
    rho: number(0.9, { min: 0, max: 1 }),
    momentum: number(0, { min: 0 }),
    epsilon: number(1e-7, { min: 0 }),
    centered: boolean(false),
  },
  ['learningRate', 'rho', 'momentum'],
) {
  static override readonly className = 'RMSprop';

  protected override slotNames(_parameter: Parameter): readonly (readonly string[])[] {
    return [
      ['velocity'],
      ...(this.momentum > 0 ? [['momentum']] : []),
      ...(this.centered ? [['averageGradient']] : []),
    ];
  }

  protected override summand(gradient: Expr): Expr {
    return gradient.square();
  }

  protected override rule(
    { w, g, summed, velocity, momentum, averageGradient }: Formulas,
    { learningRate }: Formulas,
  ): Formulas {
    const mean = (old: typeof w, value: typeof w) => old.mul(this.rho).add(value.mul(1 - this.rho));
    const v = mean(velocity, summed);
    const average = averageGradient && mean(averageGradient, g);
    const variance = average ? v.sub(average.square()) : v;
    const root = constant(1).div(variance.add(this.epsilon).sqrt());
    const step = learningRate.mul(g).mul(root);
    const m = momentum?.mul(this.momentum).add(step);
    return {
      w: w.sub(m ?? step),
      velocity: v,
      ...(m && { momentum: m }),
      ...(average && { averageGradient: average }),
    };
  }
}

/** Makes an {@link RMSprop}. */
export const rmsprop = factory(RMSprop);
