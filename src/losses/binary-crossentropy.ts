import { constant } from '../expr/index.ts';
import {
  elementwise,
  logitsOf,
  sigmoidCrossEntropyWithLogits,
  type TensorLike,
} from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import {
  type CrossentropyOptions,
  clipped,
  crossentropyOptions,
  smoothBinary,
} from './crossentropy-options.ts';
import { lossOf } from './loss.ts';
import { asFloats } from './same-rank.ts';

/**
 * Cross-entropy of labels 0 and 1 and predicted probabilities, the mean along `axis`. Probabilities that sigmoid has just
 * made are taken back to their logits, which do not saturate.
 */
export function binaryCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  { fromLogits = false, labelSmoothing = 0, axis = -1 }: CrossentropyOptions = {},
): Tensor {
  const [given, predictions] = asFloats('binaryCrossentropy', yTrue, yPred);
  const labels = smoothBinary(given, labelSmoothing);
  const logits = fromLogits ? predictions : logitsOf('sigmoid', predictions);
  const losses = logits
    ? sigmoidCrossEntropyWithLogits(labels, logits)
    : binaryLosses(labels, predictions);
  return losses.mean(axis);
}

/** Cross-entropy of each label and probability. */
export function binaryLosses(labels: Tensor, probabilities: Tensor): Tensor {
  return elementwise(
    'crossentropyOfProbabilities',
    (t, p) =>
      t
        .mul(p.log())
        .add(constant(1).sub(t).mul(constant(1).sub(p).log()))
        .neg(),
    [labels, clipped(probabilities)],
  );
}

/** The loss {@link binaryCrossentropy}. */
export class BinaryCrossentropy extends lossOf(
  'binary_crossentropy',
  binaryCrossentropy,
  crossentropyOptions,
) {
  static override readonly className = 'BinaryCrossentropy';
}
