import { integer } from '../config/index.ts';
import { cosineSimilarity as loss } from '../losses/index.ts';
import type { TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { meanOf } from './mean-of.ts';

/** Cosine of the angle between labels and predictions along an axis: 1 for the same direction. */
export const cosineSimilarity = (
  yTrue: TensorLike,
  yPred: TensorLike,
  options: { readonly axis?: number } = {},
): Tensor => loss(yTrue, yPred, options).neg();

/** Mean cosine of the angle between labels and predictions. */
export class CosineSimilarity extends meanOf('cosine_similarity', 'up', cosineSimilarity, {
  axis: integer(-1),
}) {
  static override readonly className = 'CosineSimilarity';
}
