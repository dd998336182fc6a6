import type { TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';
import { comparable } from './same-rank.ts';

/** Mean of `(yPred - yTrue)^2` over the last axis: [batch, ..., n] to [batch, ...]. */
export function meanSquaredError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = comparable('meanSquaredError', yTrue, yPred);
  return predictions.sub(labels).square().mean(-1);
}

/** The loss {@link meanSquaredError}. */
export class MeanSquaredError extends lossOf('mean_squared_error', meanSquaredError) {
  static override readonly className = 'MeanSquaredError';
}
