import { sub, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';
import { comparable } from './same-rank.ts';

/** `max(0, 1 + largest score of a wrong class - score of the right one)` for one-hot labels: [batch, ..., n] to [batch, ...]. */
export function categoricalHinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = comparable('categoricalHinge', yTrue, yPred);
  const positive = labels.mul(predictions).sum(-1);
  const negative = sub(1, labels).mul(predictions).max(-1);
  return negative.sub(positive).add(1).maximum(0);
}

/** The loss {@link categoricalHinge}. */
export class CategoricalHinge extends lossOf('categorical_hinge', categoricalHinge) {
  static override readonly className = 'CategoricalHinge';
}
