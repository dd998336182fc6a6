import { logitsOf, softmaxCrossEntropyWithLogits, type TensorLike } from '../ops/index.ts';
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
  const known = isLastAxis(axis, predictions) ? logitsOf('softmax', predictions) : null;
  const logits = fromLogits ? predictions : known;
  if (logits && isLastAxis(axis, logits)) return softmaxCrossEntropyWithLogits(labels, logits);
  if (logits) return alongAxis(labels, logits, axis);
  const p = clipped(predictions.div(predictions.sum(axis, { keepDims: true })));
  return labels.mul(p.log()).sum(axis).neg();
}

/**
 * Cross-entropy from logits along an axis that need not be the last. The gradient is `softmax - labels`, as Keras has it, also
 * where the labels along that axis do not add up to 1.
 */
function alongAxis(labels: Tensor, logits: Tensor, axis: number): Tensor {
  const total = logits.logSumExp(axis);
  const excess = labels.sum(axis).sub(1).mul(total).detach();
  return total.add(excess).sub(labels.mul(logits).sum(axis));
}

/** The loss {@link categoricalCrossentropy}. */
export class CategoricalCrossentropy extends lossOf(
  'categorical_crossentropy',
  categoricalCrossentropy,
  crossentropyOptions,
) {
  static override readonly className = 'CategoricalCrossentropy';
}
