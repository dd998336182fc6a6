import { factory, required, withOptions } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { activation as activationOption } from './layer-options.ts';
import { SameShapeLayer } from './same-shape-layer.ts';

/**
 * An activation function as a layer: `activation('relu')`, or a function of your own.
 */
export class Activation extends withOptions(
  SameShapeLayer,
  { activation: required(activationOption()) },
  ['activation'],
) {
  static override readonly className = 'Activation';
  override supportsMasking = true;

  override call(x: Tensor): Tensor {
    return this.activation(x);
  }
}

/** Makes an {@link Activation}. */
export const activation = factory(Activation);
