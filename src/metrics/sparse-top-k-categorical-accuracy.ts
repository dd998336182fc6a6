import { integer } from '../config/index.ts';
import { arange, asTensor, elementwise, expandDims, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { classNumbers } from './class-numbers.ts';
import { meanOf } from './mean-of.ts';

/** 1 where the label's class is among the `k` largest predictions, else 0, for labels that are numbers. */
export function sparseTopKCategoricalAccuracy(
  yTrue: TensorLike,
  yPred: TensorLike,
  { k = 5 }: { readonly k?: number } = {},
): Tensor {
  const predictions = asTensor('sparseTopKCategoricalAccuracy', yPred);
  const labels = classNumbers('sparseTopKCategoricalAccuracy', yTrue, predictions);
  const classes = arange(predictions.shape.at(-1) as number);
  const { dtype } = predictions;
  const own = elementwise(
    'ownScore',
    (label, number, score) => label.eq(number).select(score, 0),
    [expandDims(labels, -1), classes, predictions],
    { dtype },
  ).sum(-1, { keepDims: true });
  // As many as equal the own score share its place.
  const larger = elementwise('isLarger', (score, mine) => score.gt(mine), [predictions, own]);
  return elementwise('inTopK', (count) => count.lt(k), [larger.sum(-1)], { dtype: 'float32' });
}

/** Share of samples whose class is among the `k` largest predictions, for labels that are numbers. */
export class SparseTopKCategoricalAccuracy extends meanOf(
  'sparse_top_k_categorical_accuracy',
  'up',
  sparseTopKCategoricalAccuracy,
  { k: integer(5, { min: 1 }) },
) {
  static override readonly className = 'SparseTopKCategoricalAccuracy';
}
