import { integer } from '../config/index.ts';
import { argmax, asTensor, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { meanOf } from './mean-of.ts';
import { sparseTopKCategoricalAccuracy } from './sparse-top-k-categorical-accuracy.ts';

/** 1 where the label's class is among the `k` largest predictions, else 0, for one-hot labels. */
export function topKCategoricalAccuracy(
  yTrue: TensorLike,
  yPred: TensorLike,
  { k = 5 }: { readonly k?: number } = {},
): Tensor {
  const labels = argmax(asTensor('topKCategoricalAccuracy', yTrue), -1);
  return sparseTopKCategoricalAccuracy(labels, yPred, { k });
}

/** Share of samples whose class is among the `k` largest predictions, for one-hot labels. */
export class TopKCategoricalAccuracy extends meanOf(
  'top_k_categorical_accuracy',
  'up',
  topKCategoricalAccuracy,
  { k: integer(5, { min: 1 }) },
) {
  static override readonly className = 'TopKCategoricalAccuracy';
}
