import { integer } from '../config/index.ts';
import type { TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';
import { comparable } from './same-rank.ts';
import { unitLength } from './unit-length.ts';

/** Minus the cosine of the angle between `yTrue` and `yPred` along an axis: -1 for the same direction. */
export function cosineSimilarity(
  yTrue: TensorLike,
  yPred: TensorLike,
  { axis = -1 }: { readonly axis?: number } = {},
): Tensor {
  const [labels, predictions] = comparable('cosineSimilarity', yTrue, yPred);
  return unitLength(labels, axis).mul(unitLength(predictions, axis)).sum(axis).neg();
}

/** The loss {@link cosineSimilarity}. */
export class CosineSimilarity extends lossOf('cosine_similarity', cosineSimilarity, {
  axis: integer(-1),
}) {
  static override readonly className = 'CosineSimilarity';
}
