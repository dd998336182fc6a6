import { sub, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';
import { comparable } from './same-rank.ts';
import { signs } from './signs.ts';

/** Mean of `max(1 - yTrue * yPred, 0)^2` over the last axis; labels are -1 and 1 (or 0 and 1): [batch, ..., n] to [batch, ...]. */
export function squaredHinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = comparable('squaredHinge', yTrue, yPred);
  return sub(1, signs(labels).mul(predictions)).maximum(0).square().mean(-1);
}

/** The loss {@link squaredHinge}. */
export class SquaredHinge extends lossOf('squared_hinge', squaredHinge) {
  static override readonly className = 'SquaredHinge';
}
