import type { TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';
import { comparable, epsilon } from './same-rank.ts';

/** Mean of `(log(yPred + 1) - log(yTrue + 1))^2` over the last axis: [batch, ..., n] to [batch, ...]. */
export function meanSquaredLogarithmicError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = comparable('meanSquaredLogarithmicError', yTrue, yPred);
  const logarithm = (x: Tensor): Tensor => x.maximum(epsilon).add(1).log();
  return logarithm(predictions).sub(logarithm(labels)).square().mean(-1);
}

/** The loss {@link meanSquaredLogarithmicError}. */
export class MeanSquaredLogarithmicError extends lossOf(
  'mean_squared_logarithmic_error',
  meanSquaredLogarithmicError,
) {
  static override readonly className = 'MeanSquaredLogarithmicError';
}
