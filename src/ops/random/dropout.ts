import {
  broadcastShapes,
  runWithDataOf,
  type Shape,
  type Tensor,
  ValueError,
} from '../../tensor/index.ts';
import { elementwise } from '../elementwise/elementwise.ts';
import { asFloat } from '../reduce/statistics.ts';
import type { TensorLike } from '../tensor-like.ts';
import { uniform } from './distributions.ts';

/** Options of `dropout`. */
export interface DropoutOptions {
  /** Shape of the mask, broadcast to x: sizes of 1 share one draw. */
  readonly noiseShape?: Shape | null;
  readonly seed?: number | null;
}

/**
 * Sets elements to 0 with probability `rate` and scales the others by 1 / (1 - rate), so that the
 * mean stays.
 */
export function dropout(
  x: TensorLike,
  rate: number,
  { noiseShape, seed }: DropoutOptions = {},
): Tensor {
  const tensor = asFloat('dropout', x);
  if (!(rate >= 0 && rate <= 1)) {
    throw new ValueError(`dropout: rate must lie in [0, 1], received ${rate}`);
  }
  if (rate === 0) return tensor;
  if (noiseShape) broadcastShapes('dropout', tensor.shape, noiseShape);
  const noise = runWithDataOf([tensor], () => uniform(noiseShape ?? tensor.shape, { seed }));
  const scale = rate === 1 ? 0 : 1 / (1 - rate);
  return elementwise('dropout', (v, u) => u.ge(rate).select(v.mul(scale), 0), [tensor, noise], {
    dtype: tensor.dtype,
    attributes: { rate },
  });
}
