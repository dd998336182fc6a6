import type { TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';
import { comparable } from './same-rank.ts';

/** Mean of `log(cosh(yPred - yTrue))` over the last axis: squared near 0, absolute far away: [batch, ..., n] to [batch, ...]. */
export function logCosh(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = comparable('logCosh', yTrue, yPred);
  const error = predictions.sub(labels);
  // log(cosh(x)) = x + softplus(-2x) - log(2), which does not overflow.
  return error.add(error.mul(-2).softplus()).sub(Math.LN2).mean(-1);
}

/** The loss {@link logCosh}. */
export class LogCosh extends lossOf('log_cosh', logCosh) {
  static override readonly className = 'LogCosh';
}
