import { factory, withOptions } from '../config/index.ts';
import type { Expr } from '../expr/index.ts';
import { pow } from '../expr/math.ts';
import { type Parameter, update, zerosLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { adamOptions, averaged } from './adam.ts';
import type { GradientFormula } from './gradient-formula.ts';
import { type Formulas, Optimizer } from './optimizer.ts';
import type { Scalars } from './step-scalars.ts';

const squares = (x: Tensor): Tensor => x.square().sum();

/**
 * Adam's steps, each as long as its weight is: for large batches. You et al. 2019, https://arxiv.org/abs/1904.00962
 */
export class Lamb extends withOptions(Optimizer, adamOptions, ['learningRate', 'beta1', 'beta2']) {
  static override readonly className = 'Lamb';

  protected override slotNames(_parameter: Parameter): readonly (readonly string[])[] {
    return [['momentum', 'velocity']];
  }

  protected override scalars(step: number, learningRate: number): Scalars {
    return {
      learningRate,
      momentumShare: 1 / (1 - pow(this.beta1, step)),
      velocityShare: 1 / (1 - pow(this.beta2, step)),
    };
  }

  protected override summand(gradient: Expr): Expr {
    return gradient.square();
  }

  protected override rule(
    { g, summed, momentum, velocity }: Formulas,
    { momentumShare, velocityShare }: Formulas,
  ): Formulas {
    const m = averaged(momentum, g, this.beta1);
    const v = averaged(velocity, summed, this.beta2);
    const root = v.mul(velocityShare).sqrt().add(this.epsilon);
    return { w: m.mul(momentumShare).div(root), momentum: m, velocity: v };
  }

  protected override updateParameter(parameter: Parameter, gradient: GradientFormula): void {
    this.decayParameter(parameter);
    const step = zerosLike(parameter);
    this.applyRule(parameter, gradient, step);
    update(
      (w, s, ww, ss, rate) => {
        const ratio = ww.gt(0).select(ss.gt(0).select(ww.sqrt().div(ss.sqrt()), 1), 1);
        return [w.sub(ratio.mul(rate).mul(s))];
      },
      [parameter, step, squares(parameter), squares(step), this.scalar('learningRate')],
      [parameter],
    );
    this.finishParameter(parameter);
  }
}

/** Makes a {@link Lamb}. */
export const lamb = factory(Lamb);
