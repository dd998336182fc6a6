import { sub, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';
import { comparable } from './same-rank.ts';
import { signs } from './signs.ts';

/** Mean of `max(1 - yTrue * yPred, 0)` over the last axis; labels are -1 and 1 (or 0 and 1): [batch, ..., n] to [batch, ...]. */
export function hinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = comparable('hinge', yTrue, yPred);
  return sub(1, signs(labels).mul(predictions)).maximum(0).mean(-1);
}

/** The loss {@link hinge}. */
export class Hinge extends lossOf('hinge', hinge) {
  static override readonly className = 'Hinge';
}
