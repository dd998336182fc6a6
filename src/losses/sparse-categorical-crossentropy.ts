import { boolean, integer, nullable, omitted } from '../config/index.ts';
import {
  asTensor,
  cast,
  logitsOf,
  moveAxis,
  mul,
  notEqual,
  setMask,
  sparseSoftmaxCrossEntropyWithLogits,
  squeeze,
  type TensorLike,
} from '../ops/index.ts';
import { formatShape, isFloat, ShapeError, sameShape, type Tensor } from '../tensor/index.ts';
import { clipped } from './crossentropy-options.ts';
import { lossOf } from './loss.ts';

/** Options of the sparse cross-entropy. */
export interface SparseCrossentropyOptions {
  /** Whether predictions are logits rather than probabilities. */
  readonly fromLogits?: boolean;
  /** A class whose samples do not count. */
  readonly ignoreClass?: number | null;
  /** Axis of the classes. */
  readonly axis?: number;
}

/**
 * Cross-entropy of predicted distributions [batch, ..., classes] and numbers of classes [batch, ...]:
 * `-log(yPred[class])`.
 */
export function sparseCategoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  { fromLogits = false, ignoreClass = null, axis = -1 }: SparseCrossentropyOptions = {},
): Tensor {
  const given = asTensor('sparseCategoricalCrossentropy', yPred);
  const floats = isFloat(given.dtype) ? given : cast(given, 'float32');
  const last = axis === -1 || axis === floats.rank - 1;
  const predictions = last ? floats : moveAxis(floats, axis, -1);
  let labels = asTensor('sparseCategoricalCrossentropy', yTrue);
  if (labels.rank === predictions.rank && labels.shape.at(-1) === 1) labels = squeeze(labels, -1);
  if (!sameShape(labels.shape, predictions.shape.slice(0, -1))) {
    throw new ShapeError(
      `sparseCategoricalCrossentropy: labels of shape ${formatShape(labels.shape)} do not fit ` +
        `predictions of shape ${formatShape(predictions.shape)}; expected ` +
        `${formatShape(predictions.shape.slice(0, -1))}`,
    );
  }
  const logits = fromLogits ? predictions : logitsOf('softmax', predictions);
  // Clipped probabilities need not add up to 1: softmax of their logarithms divides by the sum.
  const losses = sparseSoftmaxCrossEntropyWithLogits(
    cast(labels, 'int32'),
    logits ?? clipped(predictions).log(),
  );
  if (ignoreClass === null) return losses;
  const counts = notEqual(labels, ignoreClass);
  const counted = mul(losses, cast(counts, losses.dtype));
  setMask(counted, counts);
  return counted;
}

/** The loss {@link sparseCategoricalCrossentropy}. */
export class SparseCategoricalCrossentropy extends lossOf(
  'sparse_categorical_crossentropy',
  sparseCategoricalCrossentropy,
  {
    fromLogits: boolean(false),
    ignoreClass: nullable(integer(0)),
    axis: omitted(integer(-1)),
  },
) {
  static override readonly className = 'SparseCategoricalCrossentropy';
}
