import { argmax, asTensor, cast, equal, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { classNumbers } from './class-numbers.ts';
import { meanOf } from './mean-of.ts';

/** 1 where the largest prediction is that of the label's class, else 0: class numbers [...], predictions [..., classes]. */
export function sparseCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const predictions = asTensor('sparseCategoricalAccuracy', yPred);
  const labels = classNumbers('sparseCategoricalAccuracy', yTrue, predictions);
  return cast(equal(labels, argmax(predictions, -1)), 'float32');
}

/** Share of samples whose largest prediction is that of their class, for labels that are numbers. */
export class SparseCategoricalAccuracy extends meanOf(
  'sparse_categorical_accuracy',
  'up',
  sparseCategoricalAccuracy,
) {
  static override readonly className = 'SparseCategoricalAccuracy';
}
