import { factory, number, withOptions } from '../config/index.ts';
import type { Expr } from '../expr/index.ts';
import type { Parameter } from '../ops/index.ts';
import { type Formulas, Optimizer } from './optimizer.ts';

/**
 * Steps whose length is that of the steps before them, over that of the gradients before them. Zeiler 2012,
 * https://arxiv.org/abs/1212.5701
 */
export class Adadelta extends withOptions(
  Optimizer,
  {
    /** How much of the mean squares a step keeps. */
    rho: number(0.95, { min: 0, max: 1 }),
    epsilon: number(1e-7, { min: 0 }),
  },
  ['learningRate', 'rho'],
) {
  static override readonly className = 'Adadelta';

  protected override slotNames(_parameter: Parameter): readonly (readonly string[])[] {
    return [['accumulatedGrad', 'accumulatedDeltaVar']];
  }

  protected override summand(gradient: Expr): Expr {
    return gradient.square();
  }

  protected override rule(
    { w, g, summed, accumulatedGrad, accumulatedDeltaVar }: Formulas,
    { learningRate }: Formulas,
  ): Formulas {
    const mean = (old: Expr, square: Expr) => old.mul(this.rho).add(square.mul(1 - this.rho));
    const root = (square: Expr) => square.add(this.epsilon).sqrt();
    const squares = mean(accumulatedGrad, summed);
    const ratio = root(accumulatedDeltaVar).div(root(squares));
    return {
      w: w.sub(learningRate.mul(ratio).mul(g)),
      accumulatedGrad: squares,
      accumulatedDeltaVar: mean(accumulatedDeltaVar, summed.mul(ratio.square())),
    };
  }
}

/** Makes an {@link Adadelta}. */
export const adadelta = factory(Adadelta);
