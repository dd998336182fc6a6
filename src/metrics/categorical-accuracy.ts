import { argmax, asTensor, cast, equal, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { meanOf } from './mean-of.ts';

/** 1 where the largest prediction is that of the label's class, else 0: one-hot labels [..., classes] to [...]. */
export function categoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const labels = argmax(asTensor('categoricalAccuracy', yTrue), -1);
  const predictions = argmax(asTensor('categoricalAccuracy', yPred), -1);
  return cast(equal(labels, predictions), 'float32');
}

/** Share of samples whose largest prediction is that of their class, for one-hot labels. */
export class CategoricalAccuracy extends meanOf('categorical_accuracy', 'up', categoricalAccuracy) {
  static override readonly className = 'CategoricalAccuracy';
}
