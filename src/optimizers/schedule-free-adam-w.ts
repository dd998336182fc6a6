import { factory, integer, number, withDefault, withOptions } from '../config/index.ts';
import type { Expr } from '../expr/index.ts';
import { pow } from '../expr/math.ts';
import { type Parameter, update } from '../ops/index.ts';
import { averaged } from './adam.ts';
import { learningRate } from './learning-rate.ts';
import { type Formulas, Optimizer } from './optimizer.ts';
import type { Scalars } from './step-scalars.ts';

/**
 * Adam that needs no schedule: gradients are taken between the newest weights (the slot `momentum`) and the mean of all so
 * far, which `swapToEval()` puts in the weights' place. Defazio et al. 2024, https://arxiv.org/abs/2405.15682
 */
export class ScheduleFreeAdamW extends withOptions(
  Optimizer,
  {
    learningRate: learningRate(0.0025),
    /** Share of the mean in the point at which gradients are taken. */
    beta1: number(0.9, { min: 0, max: 1, above: true }),
    /** How much of the mean squared gradient a step keeps. */
    beta2: number(0.999, { min: 0, max: 1 }),
    epsilon: withDefault(number(0, { min: 0 }), 1e-8),
    /** Steps over which the rate grows to its full size. */
    warmupSteps: integer(0, { min: 0 }),
  },
  ['learningRate'],
) {
  static override readonly className = 'ScheduleFreeAdamW';

  /** Keras rounds the betas before it subtracts them from 1; the numbers are to agree. */
  get #betas(): readonly [number, number] {
    return [Math.fround(this.beta1), Math.fround(this.beta2)];
  }

  protected override slotNames(_parameter: Parameter): readonly (readonly string[])[] {
    return [['momentum', 'velocity']];
  }

  protected override makeSlots(parameters: readonly Parameter[]): void {
    super.makeSlots(parameters);
    for (const parameter of parameters) this.state.of(parameter).momentum.assign(parameter);
  }

  protected override scalars(step: number, rate: number): Scalars {
    const warmth = this.warmupSteps > 0 ? Math.min(step / this.warmupSteps, 1) : 1;
    return {
      rate: rate * warmth,
      velocityShare: 1 / (1 - Math.fround(pow(this.#betas[1], step))),
      newest: 1 / step,
    };
  }

  #between(newest: Expr, mean: Expr): Expr {
    const [share] = this.#betas;
    return newest.mul(1 - share).add(mean.mul(share));
  }

  #meanOf(w: Expr, newest: Expr): Expr {
    const [share] = this.#betas;
    return w.sub(newest.mul(1 - share)).div(share);
  }

  protected override summand(gradient: Expr): Expr {
    return gradient.square();
  }

  protected override rule(
    { w, g, summed, momentum, velocity }: Formulas,
    { rate, velocityShare, newest }: Formulas,
  ): Formulas {
    const v = averaged(velocity, summed, this.#betas[1]);
    const z = momentum.sub(rate.mul(g).div(v.mul(velocityShare).sqrt().add(this.epsilon)));
    // Keras takes the mean out of the weights by the newest ones after their step, not before it.
    const mean = this.#meanOf(w, z).mul(newest.neg().add(1)).add(newest.mul(z));
    return { w: this.#between(z, mean), momentum: z, velocity: v };
  }

  #swap(formula: (w: Expr, newest: Expr) => Expr): void {
    for (const parameter of this.parameters) {
      const { momentum } = this.state.of(parameter);
      update((w, newest) => [formula(w, newest)], [parameter, momentum], [parameter]);
    }
  }

  /** Makes the weights those at which gradients are taken; call it before training goes on after `swapToEval()`. */
  swapToTrain(): void {
    this.#swap((w, newest) => this.#between(newest, w));
  }

  /** Makes the weights the mean of all so far; call it before evaluating or saving. */
  swapToEval(): void {
    this.#swap((w, newest) => this.#meanOf(w, newest));
  }
}

/** Makes a {@link ScheduleFreeAdamW}. */
export const scheduleFreeAdamW = factory(ScheduleFreeAdamW);
