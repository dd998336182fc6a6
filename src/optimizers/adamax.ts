import { factory, withOptions } from '../config/index.ts';
import type { Expr } from '../expr/index.ts';
import { pow } from '../expr/math.ts';
import type { Parameter } from '../ops/index.ts';
import { adamOptions, averaged } from './adam.ts';
import { type Formulas, Optimizer } from './optimizer.ts';
import type { Scalars } from './step-scalars.ts';

/**
 * Adam with the largest gradient, which fades, in place of the root of the mean square. Kingma and Ba 2014, section 7,
 * https://arxiv.org/abs/1412.6980
 */
export class Adamax extends withOptions(Optimizer, adamOptions, [
  'learningRate',
  'beta1',
  'beta2',
]) {
  static override readonly className = 'Adamax';

  protected override slotNames(_parameter: Parameter): readonly (readonly string[])[] {
    return [['momentum', 'norm']];
  }

  protected override scalars(step: number, learningRate: number): Scalars {
    return { alpha: learningRate / (1 - pow(this.beta1, step)) };
  }

  protected override summand(gradient: Expr): Expr {
    return gradient.abs();
  }

  protected override rule(
    { w, g, summed, momentum, norm }: Formulas,
    { alpha }: Formulas,
  ): Formulas {
    const m = averaged(momentum, g, this.beta1);
    const largest = norm.mul(this.beta2).max(summed);
    return {
      w: w.sub(alpha.mul(m).div(largest.add(this.epsilon))),
      momentum: m,
      norm: largest,
    };
  }
}

/** Makes an {@link Adamax}. */
export const adamax = factory(Adamax);
