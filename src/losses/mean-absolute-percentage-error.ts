import type { TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';
import { comparable, epsilon } from './same-rank.ts';

/** Mean of `100 |yTrue - yPred| / |yTrue|` over the last axis: [batch, ..., n] to [batch, ...]. */
export function meanAbsolutePercentageError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = comparable('meanAbsolutePercentageError', yTrue, yPred);
  const scale = labels.abs().maximum(epsilon);
  return labels.sub(predictions).div(scale).abs().mean(-1).mul(100);
}

/** The loss {@link meanAbsolutePercentageError}. */
export class MeanAbsolutePercentageError extends lossOf(
  'mean_absolute_percentage_error',
  meanAbsolutePercentageError,
) {
  static override readonly className = 'MeanAbsolutePercentageError';
}
