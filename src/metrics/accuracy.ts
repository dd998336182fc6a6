import { comparable } from '../losses/same-rank.ts';
import { cast, equal, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { meanOf } from './mean-of.ts';

/** 1 where predictions equal labels, else 0. */
export function accuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = comparable('accuracy', yTrue, yPred);
  return cast(equal(labels, predictions), predictions.dtype);
}

/** Share of predictions that equal their labels. */
export class Accuracy extends meanOf('accuracy', 'up', accuracy) {
  static override readonly className = 'Accuracy';
}
