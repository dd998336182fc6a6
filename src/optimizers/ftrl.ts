import { factory, number, withOptions } from '../config/index.ts';
import type { Expr } from '../expr/index.ts';
import type { Parameter } from '../ops/index.ts';
import { type Formulas, Optimizer } from './optimizer.ts';

/**
 * Follow the regularized leader: the weights that would have been best so far under penalties, exact zeros among them.
 * McMahan et al. 2013, https://research.google/pubs/ad-click-prediction-a-view-from-the-trenches/
 */
export class Ftrl extends withOptions(
  Optimizer,
  {
    /** Power of the sum of squared gradients by which the rate falls; 0 for a fixed rate. */
    learningRatePower: number(-0.5, { max: 0 }),
    initialAccumulatorValue: number(0.1, { min: 0 }),
    l1RegularizationStrength: number(0, { min: 0 }),
    l2RegularizationStrength: number(0, { min: 0 }),
    /** A penalty on the squares that is part of the gradient. */
    l2ShrinkageRegularizationStrength: number(0, { min: 0 }),
    beta: number(0),
  },
  ['learningRate', 'learningRatePower'],
) {
  static override readonly className = 'Ftrl';

  protected override slotNames(_parameter: Parameter): readonly (readonly string[])[] {
    return [['accumulator', 'linear']];
  }

  protected override slotValue(slot: string): number {
    return slot === 'accumulator' ? this.initialAccumulatorValue : 0;
  }

  protected override summand(gradient: Expr): Expr {
    return gradient.square();
  }

  protected override rule(
    { w, g, summed, accumulator, linear }: Formulas,
    { learningRate }: Formulas,
  ): Formulas {
    const power = (x: Expr): Expr =>
      this.learningRatePower === -0.5 ? x.sqrt() : x.pow(-this.learningRatePower);
    const l1 = this.l1RegularizationStrength;
    const sum = accumulator.add(summed);
    const shrunk = g.add(w.mul(2 * this.l2ShrinkageRegularizationStrength));
    const change = power(sum).sub(power(accumulator)).div(learningRate);
    const z = linear.add(shrunk.sub(change.mul(w)));
    const quadratic = power(sum)
      .add(this.beta)
      .div(learningRate)
      .add(2 * this.l2RegularizationStrength);
    return { w: z.max(-l1).min(l1).sub(z).div(quadratic), accumulator: sum, linear: z };
  }
}

/** Makes an {@link Ftrl}. */
export const ftrl = factory(Ftrl);
