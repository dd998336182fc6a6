import { boolean, factory, number, withOptions } from '../config/index.ts';
import type { Parameter } from '../ops/index.ts';
import { learningRate } from './learning-rate.ts';
import { type Formulas, Optimizer } from './optimizer.ts';

/**
 * Gradient descent, `w - rate * g`; with momentum, steps keep a share of the one before them, with `nesterov` they look
 * ahead. @example sgd({ learningRate: 0.01, momentum: 0.9 })
 */
export class SGD extends withOptions(
  Optimizer,
  {
    learningRate: learningRate(0.01),
    momentum: number(0, { min: 0, max: 1 }),
    nesterov: boolean(false),
  },
  ['learningRate', 'momentum', 'nesterov'],
) {
  static override readonly className = 'SGD';

  protected override slotNames(_parameter: Parameter): readonly (readonly string[])[] {
    return this.momentum === 0 ? [] : [['momentum']];
  }

  protected override rule({ w, g, momentum }: Formulas, { learningRate }: Formulas): Formulas {
    const step = g.mul(learningRate);
    if (!momentum) return { w: w.sub(step) };
    const velocity = momentum.mul(this.momentum).sub(step);
    const change = this.nesterov ? velocity.mul(this.momentum).sub(step) : velocity;
    return { w: w.add(change), momentum: velocity };
  }
}

/** Makes an {@link SGD}. */
export const sgd = factory(SGD);
