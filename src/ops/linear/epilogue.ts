import { type DType, formatShape, ShapeError, type Tensor } from '../../tensor/index.ts';
import { cast } from '../elementwise/cast.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import type { FusedActivationName } from './fused-activation.ts';

/** What products and convolutions do to their result before they store it. */
export interface EpilogueOptions {
  /** Added along the last axis of the result, shape [n]. */
  readonly bias?: TensorLike | null;
  /** Applied to the result by the same kernel. */
  readonly activation?: FusedActivationName | 'linear' | null;
}

/** A bias, checked and brought to the type of the result; null without one. */
export function biasTensor(
  op: string,
  bias: TensorLike | null | undefined,
  channels: number,
  dtype: DType,
): Tensor | null {
  if (bias === null || bias === undefined) return null;
  const tensor = asTensor(op, bias);
  if (tensor.rank !== 1 || tensor.shape[0] !== channels) {
    throw new ShapeError(
      `${op}: bias must have shape [${channels}], received ${formatShape(tensor.shape)}`,
    );
  }
  return cast(tensor, dtype);
}
