import { logitsOf, logSoftmax, type TensorLike } from '../ops/index.ts';
import { formatShape, ShapeError, sameShape, type Tensor } from '../tensor/index.ts';
import {
  type CrossentropyOptions,
  clipped,
  crossentropyOptions,
  isLastAxis,
  smoothClasses,
} from './crossentropy-options.ts';
import { lossOf } from './loss.ts';
import { asFloats } from './same-rank.ts';

/**
 * Cross-entropy of predicted distributions and one-hot labels, `-sum(yTrue * log(yPred))`. Probabilities that
 * softmax has just made are taken back to their logits, which do not saturate.
 */
export function categoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  { fromLogits = false, labelSmoothing = 0, axis = -1 }: CrossentropyOptions = {},
): Tensor {
  const [given, predictions] = asFloats('categoricalCrossentropy', yTrue, yPred);
  if (!sameShape(given.shape, predictions.shape)) {
    throw new ShapeError(
      `categoricalCrossentropy: labels of shape ${formatShape(given.shape)} do not fit predictions ` +
        `of shape ${formatShape(predictions.shape)}; labels must be one-hot (toCategorical), ` +
        'numbers of classes go with sparseCategoricalCrossentropy',
    );
  }
  const labels = smoothClasses(given, labelSmoothing);
  return labels
    .mul(logProbabilities(predictions, fromLogits, axis))
    .sum(axis)
    .neg();
}

/** Logarithms of predicted probabilities, from logits where they are known. */
export function logProbabilities(predictions: Tensor, fromLogits: boolean, axis: number): Tensor {
  if (fromLogits) return logSoftmax(predictions, axis);
  const logits = isLastAxis(axis, predictions) ? logitsOf('softmax', predictions) : null;
  if (logits) return logSoftmax(logits, axis);
  return clipped(predictions.div(predictions.sum(axis, { keepDims: true }))).log();
}

/** The loss {@link categoricalCrossentropy}. */
export class CategoricalCrossentropy extends lossOf(
  'categorical_crossentropy',
  categoricalCrossentropy,
  crossentropyOptions,
) {
  static override readonly className = 'CategoricalCrossentropy';
}
