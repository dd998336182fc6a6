import { factory, number, withOptions } from '../config/index.ts';
import type { Expr } from '../expr/index.ts';
import type { Parameter } from '../ops/index.ts';
import { type Formulas, Optimizer } from './optimizer.ts';

/**
 * Steps of the gradient over the root of the sum of all squared gradients so far, so that rarely used weights take long
 * steps. Duchi, Hazan and Singer 2011, https://jmlr.org/papers/v12/duchi11a.html
 */
export class Adagrad extends withOptions(
  Optimizer,
  {
    /** What the sums start from. */
    initialAccumulatorValue: number(0.1, { min: 0 }),
    epsilon: number(1e-7, { min: 0 }),
  },
  ['learningRate', 'initialAccumulatorValue'],
) {
  static override readonly className = 'Adagrad';

  protected override slotNames(_parameter: Parameter): readonly (readonly string[])[] {
    return [['accumulator']];
  }

  protected override slotValue(): number {
    return this.initialAccumulatorValue;
  }

  protected override summand(gradient: Expr): Expr {
    return gradient.square();
  }

  protected override rule(
    { w, g, summed, accumulator }: Formulas,
    { learningRate }: Formulas,
  ): Formulas {
    const sum = accumulator.add(summed);
    return {
      w: w.sub(learningRate.mul(g).div(sum.add(this.epsilon).sqrt())),
      accumulator: sum,
    };
  }
}

/** Makes an {@link Adagrad}. */
export const adagrad = factory(Adagrad);
