import { factory, withOptions } from '../config/index.ts';
import type { Expr } from '../expr/index.ts';
import { pow } from '../expr/math.ts';
import type { Parameter } from '../ops/index.ts';
import { adamOptions, averaged } from './adam.ts';
import { HostVariable } from './host-variable.ts';
import { type Formulas, Optimizer } from './optimizer.ts';
import type { Scalars } from './step-scalars.ts';

/** How fast the momentum grows to its full size. */
const schedule = 0.96;

/**
 * Adam that looks ahead as Nesterov's momentum does. Dozat 2016, "Incorporating Nesterov Momentum into Adam",
 * https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ
 */
export class Nadam extends withOptions(Optimizer, adamOptions, ['learningRate', 'beta1', 'beta2']) {
  static override readonly className = 'Nadam';
  /** The product of the momentums of all steps so far; Keras saves it without a name. */
  readonly #product = new HostVariable('variable', 1);

  protected override slotNames(_parameter: Parameter): readonly (readonly string[])[] {
    return [['momentum', 'velocity']];
  }

  protected override makeSlots(parameters: readonly Parameter[]): void {
    super.makeSlots(parameters);
    this.state.variables.push(this.#product);
  }

  #momentum(step: number): number {
    return this.beta1 * (1 - 0.5 * pow(schedule, step));
  }

  protected override scalars(step: number, learningRate: number): Scalars {
    const [own, next] = [this.#momentum(step), this.#momentum(step + 1)];
    const product = this.#product.value * own;
    return {
      momentumShare: (learningRate * next) / (1 - product * next),
      gradientShare: (learningRate * (1 - own)) / (1 - product),
      velocityShare: 1 / (1 - Math.fround(pow(Math.fround(this.beta2), step))),
    };
  }

  protected override updatePrepared(): void {
    this.#product.value *= this.#momentum(this.iterations + 1);
  }

  protected override summand(gradient: Expr): Expr {
    return gradient.square();
  }

  protected override rule(
    { w, g, summed, momentum, velocity }: Formulas,
    { momentumShare, gradientShare, velocityShare }: Formulas,
  ): Formulas {
    // Keras rounds the betas before it subtracts them from 1.
    const m = averaged(momentum, g, Math.fround(this.beta1));
    const v = averaged(velocity, summed, Math.fround(this.beta2));
    const step = momentumShare.mul(m).add(gradientShare.mul(g));
    return {
      w: w.sub(step.div(v.mul(velocityShare).sqrt().add(this.epsilon))),
      momentum: m,
      velocity: v,
    };
  }
}

/** Makes a {@link Nadam}. */
export const nadam = factory(Nadam);
