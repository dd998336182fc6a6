import type { TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';
import { comparable, epsilon } from './same-rank.ts';

/** Mean of `yPred - yTrue * log(yPred)` over the last axis: [batch, ..., n] to [batch, ...]. */
export function poisson(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = comparable('poisson', yTrue, yPred);
  return predictions.sub(labels.mul(predictions.add(epsilon).log())).mean(-1);
}

/** The loss {@link poisson}. */
export class Poisson extends lossOf('poisson', poisson) {
  static override readonly className = 'Poisson';
}
