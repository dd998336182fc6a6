import { number } from '../config/index.ts';
import { comparable } from '../losses/same-rank.ts';
import { elementwise, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { meanOf } from './mean-of.ts';

/** 1 where a prediction is on its label's side of the threshold, else 0. */
export function binaryAccuracy(
  yTrue: TensorLike,
  yPred: TensorLike,
  { threshold = 0.5 }: { readonly threshold?: number } = {},
): Tensor {
  return elementwise(
    'binaryAccuracy',
    (label, p) => p.gt(threshold).eq(label),
    comparable('binaryAccuracy', yTrue, yPred),
  );
}

/** Share of predictions on their label's side of the threshold. */
export class BinaryAccuracy extends meanOf('binary_accuracy', 'up', binaryAccuracy, {
  threshold: number(0.5),
}) {
  static override readonly className = 'BinaryAccuracy';
}
