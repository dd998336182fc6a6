import '../../../ops/methods.ts';
import {
  type Tensor as CoreTensor,
  type DType,
  type Shape,
  sizeOf,
} from '../../../tensor/index.ts';
import type { Tensor } from '../../tensor.ts';

/** The values that parameters start from. */
export abstract class Initializer {
  /** New elements of that shape and dtype. */
  abstract make(shape: Shape, dtype: DType): CoreTensor;

  /** Sets the elements of a parameter. */
  call(parameter: Tensor): void {
    parameter.setValue(this.make(parameter.shape, parameter.dtype));
  }
}

/** Inputs and outputs of a unit of a weight: [in, out], [out, in, …window]. */
export function fansOf(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  if (shape.length === 0) return { fanIn: 1, fanOut: 1 };
  if (shape.length === 1) return { fanIn: shape[0], fanOut: shape[0] };
  if (shape.length === 2) return { fanIn: shape[0], fanOut: shape[1] };
  const window = sizeOf(shape.slice(2));
  return { fanIn: shape[1] * window, fanOut: shape[0] * window };
}

let globalWeight: Initializer | null = null;
let globalBias: Initializer | null = null;

/**
 * The initializers of layers made from now on that are given none of their own; null for the layers' own defaults.
 * @example paddle.nn.initializer.setGlobalInitializer(new paddle.nn.initializer.Uniform(), new paddle.nn.initializer.Constant(0));
 */
export function setGlobalInitializer(
  weightInit: Initializer | null,
  biasInit: Initializer | null = null,
): void {
  globalWeight = weightInit;
  globalBias = biasInit;
}

/** What `setGlobalInitializer` has set. */
export const globalInitializer = (isBias: boolean): Initializer | null =>
  isBias ? globalBias : globalWeight;
