import { boolean, factory, number, withOptions } from '../config/index.ts';
import type { Expr } from '../expr/index.ts';
import { pow } from '../expr/math.ts';
import type { Parameter } from '../ops/index.ts';
import { type Formulas, Optimizer } from './optimizer.ts';
import type { Scalars } from './step-scalars.ts';

/** `old` moved towards `value` by the share that `decay` leaves: an exponential moving average. */
export const averaged = (old: Expr, value: Expr, decay: number): Expr =>
  old.add(value.sub(old).mul(1 - decay));

/** Options of Adam and its relatives. */
export const adamOptions = {
  /** How much of the mean gradient a step keeps. */
  beta1: number(0.9, { min: 0, max: 1 }),
  /** How much of the mean squared gradient a step keeps. */
  beta2: number(0.999, { min: 0, max: 1 }),
  /** Keeps divisors away from 0. */
  epsilon: number(1e-7, { min: 0 }),
};

/**
 * Steps of the mean gradient over the root of the mean squared gradient. Kingma and Ba 2014,
 * https://arxiv.org/abs/1412.6980; with `amsgrad` the divisor never falls (Reddi et al. 2018).
 * @example adam(0.001)
 */
export class Adam extends withOptions(Optimizer, { ...adamOptions, amsgrad: boolean(false) }, [
  'learningRate',
  'beta1',
  'beta2',
]) {
  static override readonly className: string = 'Adam';

  protected override slotNames(_parameter: Parameter): readonly (readonly string[])[] {
    return this.amsgrad ? [['momentum', 'velocity'], ['velocityHat']] : [['momentum', 'velocity']];
  }

  protected override scalars(step: number, learningRate: number): Scalars {
    const [b1, b2] = [pow(this.beta1, step), pow(this.beta2, step)];
    return { alpha: (learningRate * Math.sqrt(1 - b2)) / (1 - b1) };
  }

  protected override summand(gradient: Expr): Expr {
    return gradient.square();
  }

  protected override rule(
    { w, g, summed, momentum, velocity, velocityHat }: Formulas,
    { alpha }: Formulas,
  ): Formulas {
    const m = averaged(momentum, g, this.beta1);
    const v = averaged(velocity, summed, this.beta2);
    const largest = velocityHat?.max(v);
    const next = w.sub(m.mul(alpha).div((largest ?? v).sqrt().add(this.epsilon)));
    return { w: next, momentum: m, velocity: v, ...(largest && { velocityHat: largest }) };
  }
}

/** Makes an {@link Adam}. */
export const adam = factory(Adam);
