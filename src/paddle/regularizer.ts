import type { Expr } from '../expr/index.ts';
import { ValueError } from '../tensor/index.ts';
import { byName } from './arguments.ts';

/** A penalty on weights; optimizers add its gradient to that of the loss. */
export abstract class WeightDecay {
  readonly coeff: number;

  constructor(coeff: number | { readonly coeff?: number } = 0) {
    const args = typeof coeff === 'number' ? [coeff] : [coeff];
    const { coeff: value = 0 } = byName<{ coeff: number }>(new.target.name, ['coeff'], args);
    if (!Number.isFinite(value)) {
      throw new ValueError(`${new.target.name}: coeff must be a finite number, received ${value}`);
    }
    this.coeff = value;
  }

  /** The gradient with the penalty's, of a weight `w`; a formula, which the optimizer's kernel computes. */
  abstract formula(gradient: Expr, w: Expr): Expr;

  toString(): string {
    return `${this.constructor.name}, coeff=${this.coeff}`;
  }
}

/**
 * A penalty of `coeff` times the sum of absolute values.
 * @example new paddle.regularizer.L1Decay(0.1)
 */
export class L1Decay extends WeightDecay {
  override formula(gradient: Expr, w: Expr): Expr {
    return gradient.add(w.sign().mul(this.coeff));
  }
}

/**
 * A penalty of half of `coeff` times the sum of squares.
 * @example new paddle.optimizer.SGD({ parameters: model.parameters(), weightDecay: new paddle.regularizer.L2Decay(0.1) })
 */
export class L2Decay extends WeightDecay {
  override formula(gradient: Expr, w: Expr): Expr {
    return gradient.add(w.mul(this.coeff));
  }
}
