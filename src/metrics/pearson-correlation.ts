import { integer } from '../config/index.ts';
import { comparable } from '../losses/same-rank.ts';
import { mean, std, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { meanOf } from './mean-of.ts';

/** Pearson's correlation of labels and predictions along an axis: 1 if they rise and fall together. */
export function pearsonCorrelation(
  yTrue: TensorLike,
  yPred: TensorLike,
  { axis = -1 }: { readonly axis?: number } = {},
): Tensor {
  const [labels, predictions] = comparable('pearsonCorrelation', yTrue, yPred);
  const standardized = (x: Tensor): Tensor =>
    x.sub(mean(x, axis, { keepDims: true })).div(std(x, axis, { keepDims: true }));
  return standardized(labels).mul(standardized(predictions)).mean(axis);
}

/** Mean correlation of labels and predictions. */
export class PearsonCorrelation extends meanOf('pearson_correlation', 'up', pearsonCorrelation, {
  axis: integer(-1),
}) {
  static override readonly className = 'PearsonCorrelation';
}
