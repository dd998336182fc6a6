import { text, withOptions } from '../config/index.ts';
import { comparable } from '../losses/same-rank.ts';
import type { TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { MeanMetric } from './mean.ts';

/** Square root of the mean squared error over all samples. */
export class RootMeanSquaredError extends withOptions(MeanMetric, {
  name: text('root_mean_squared_error'),
}) {
  static override readonly className = 'RootMeanSquaredError';
  override readonly direction = 'down';

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight: TensorLike | null = null,
  ): void {
    const [labels, predictions] = comparable(this.name, yTrue, yPred);
    this.addValues(predictions.sub(labels).square(), sampleWeight);
  }

  override result(): Tensor {
    return super.result().sqrt();
  }
}
