import type { TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';
import { comparable, epsilon } from './same-rank.ts';

/** Kullback and Leibler's divergence `sum(yTrue * log(yTrue / yPred))` of distributions along the last axis: [batch, ..., n] to [batch, ...]. */
export function klDivergence(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = comparable('klDivergence', yTrue, yPred);
  const [p, q] = [labels.clip(epsilon, 1), predictions.clip(epsilon, 1)];
  return p.mul(p.div(q).log()).sum(-1);
}

/** The loss {@link klDivergence}. */
export class KLDivergence extends lossOf('kl_divergence', klDivergence) {
  static override readonly className = 'KLDivergence';
}
