import { factory, nullable, option, withOptions } from '../config/index.ts';
import { elementwise, type Parameter } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { constraint, initializer, regularizer } from './layer-options.ts';
import { SameShapeLayer } from './same-shape-layer.ts';

/**
 * x where positive, else `alpha * x` with a learned `alpha` for each feature; `sharedAxes` (counted from 1) share one.
 * He et al. 2015, https://arxiv.org/abs/1502.01852
 */
export class PReLU extends withOptions(SameShapeLayer, {
  alphaInitializer: initializer('zeros'),
  alphaRegularizer: regularizer(),
  alphaConstraint: constraint(),
  sharedAxes: nullable(
    option(
      (input: number | readonly number[]) => (typeof input === 'number' ? [input] : input),
      [] as number | readonly number[],
    ),
  ),
}) {
  static override readonly className = 'PReLU';
  override supportsMasking = true;
  alpha!: Parameter;

  override build(inputShape: SymbolicShape): void {
    const shape = inputShape.map((n, axis) => (this.sharedAxes?.includes(axis) ? 1 : n)).slice(1);
    this.alpha = this.addWeight({
      name: 'alpha',
      shape: shape as number[],
      initializer: this.alphaInitializer,
      regularizer: this.alphaRegularizer,
      constraint: this.alphaConstraint,
    });
  }

  override call(x: Tensor): Tensor {
    return elementwise('prelu', (v, a) => v.max(0).add(a.mul(v.min(0))), [x, this.alpha], {
      slopes: (v, a) => [v.gt(0).select(1, v.lt(0).select(a, 0)), v.min(0)],
    });
  }
}

/** Makes a {@link PReLU}. */
export const prelu = factory(PReLU);
