import type { TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';
import { comparable } from './same-rank.ts';

/** Mean of `|yPred - yTrue|` over the last axis: [batch, ..., n] to [batch, ...]. */
export function meanAbsoluteError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = comparable('meanAbsoluteError', yTrue, yPred);
  return predictions.sub(labels).abs().mean(-1);
}

/** The loss {@link meanAbsoluteError}. */
export class MeanAbsoluteError extends lossOf('mean_absolute_error', meanAbsoluteError) {
  static override readonly className = 'MeanAbsoluteError';
}
