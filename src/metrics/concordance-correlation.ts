import { integer } from '../config/index.ts';
import { comparable, epsilon } from '../losses/same-rank.ts';
import { mean, moments, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { meanOf } from './mean-of.ts';

/** Lin's concordance of labels and predictions along an axis: 1 only if they are equal. Lin 1989. */
export function concordanceCorrelation(
  yTrue: TensorLike,
  yPred: TensorLike,
  { axis = -1 }: { readonly axis?: number } = {},
): Tensor {
  const [labels, predictions] = comparable('concordanceCorrelation', yTrue, yPred);
  const kept = { keepDims: true };
  const [a, b] = [moments(labels, axis, kept), moments(predictions, axis, kept)];
  const covariance = mean(labels.sub(a.mean).mul(predictions.sub(b.mean)), axis, kept);
  const spread = a.variance.add(b.variance).add(a.mean.sub(b.mean).square()).add(epsilon);
  return covariance.mul(2).div(spread).mean(axis);
}

/** Mean concordance of labels and predictions. */
export class ConcordanceCorrelation extends meanOf(
  'concordance_correlation',
  'up',
  concordanceCorrelation,
  { axis: integer(-1) },
) {
  static override readonly className = 'ConcordanceCorrelation';
}
