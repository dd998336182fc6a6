import type { FusedActivationName } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { Activation } from './activations.ts';

/** A product with its activation: applied by the product itself where it can, else to its result. */
export function activated(
  activation: Activation,
  product: (fused: FusedActivationName | undefined) => Tensor,
): Tensor {
  return activation.fused ? product(activation.fused) : activation(product(undefined));
}
