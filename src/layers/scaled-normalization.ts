import { boolean, number, withOptions } from '../config/index.ts';
import type { Parameter } from '../ops/index.ts';
import { normalizeAxis, type Shape, ValueError } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { constraint, initializer, regularizer } from './layer-options.ts';
import { SameShapeLayer } from './same-shape-layer.ts';

/** The base of normalizations that scale by learned `gamma` and shift by learned `beta`. */
export abstract class ScaledNormalization extends withOptions(SameShapeLayer, {
  /** Added to the variance. */
  epsilon: number(1e-3, { min: 0 }),
  /** Whether there is a `beta`. */
  center: boolean(true),
  /** Whether there is a `gamma`. */
  scale: boolean(true),
  betaInitializer: initializer('zeros'),
  gammaInitializer: initializer('ones'),
  betaRegularizer: regularizer(),
  gammaRegularizer: regularizer(),
  betaConstraint: constraint(),
  gammaConstraint: constraint(),
}) {
  override supportsMasking = true;
  gamma: Parameter | null = null;
  beta: Parameter | null = null;

  /** Makes `gamma` and `beta`, as far as they are wanted. */
  protected addScaleAndShift(shape: Shape, { scale, center } = this as Wanted): void {
    if (scale) {
      this.gamma = this.addWeight({
        name: 'gamma',
        shape,
        initializer: this.gammaInitializer,
        regularizer: this.gammaRegularizer,
        constraint: this.gammaConstraint,
      });
    }
    if (center) {
      this.beta = this.addWeight({
        name: 'beta',
        shape,
        initializer: this.betaInitializer,
        regularizer: this.betaRegularizer,
        constraint: this.betaConstraint,
      });
    }
  }

  /** The size of the channels' axis, which later inputs must have as well. */
  protected channelsOf(inputShape: SymbolicShape, channelsAxis: number): number {
    const axis = normalizeAxis(this.name, channelsAxis, inputShape.length);
    const channels = inputShape[axis];
    if (channels === null) {
      throw new ValueError(`${this.name}: the size of axis ${channelsAxis} must be known`);
    }
    this.inputSpec = { rank: inputShape.length, axes: { [axis]: channels } };
    return channels;
  }
}

type Wanted = { readonly scale: boolean; readonly center: boolean };
