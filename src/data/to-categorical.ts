import { getBackend } from '../backends/registry.ts';
import { cast, oneHot, reshape } from '../ops/index.ts';
import { asTensor, type TensorLike } from '../ops/tensor-like.ts';
import { type DType, type Tensor, ValueError } from '../tensor/index.ts';

/**
 * Class numbers as rows of zeros with a one (Keras' `to_categorical`): shape [n] or [n, 1] gives [n, numClasses]. Without
 * `numClasses`, the largest number plus one. Throws a ValueError for a number that is no class.
 * @example toCategorical([0, 2, 1], 3);
 */
export function toCategorical(
  y: TensorLike,
  numClasses?: number,
  { dtype = 'float32' }: { readonly dtype?: DType } = {},
): Tensor {
  const labels = asTensor('toCategorical', y);
  const flat = labels.rank > 1 && labels.shape.at(-1) === 1;
  const shape = flat ? labels.shape.slice(0, -1) : labels.shape;
  const classes = numClasses ?? 1 + largest(labels);
  if (!Number.isInteger(classes) || classes < 1) {
    throw new ValueError(
      `toCategorical: numClasses must be a whole number >= 1, received ${classes}`,
    );
  }
  // Elsewhere the numbers cannot be looked at now; a wrong one gives a row of zeros.
  if (getBackend().synchronous) checkClasses(labels, classes);
  return oneHot(cast(reshape(labels, shape), 'int32'), classes, { dtype });
}

function largest(labels: Tensor): number {
  if (labels.size === 0) throw new ValueError('toCategorical: no labels, pass numClasses');
  let most = 0;
  for (const value of labels.dataSync()) if (value > most) most = value;
  return most;
}

function checkClasses(labels: Tensor, classes: number): void {
  const values = labels.dataSync();
  const at = values.findIndex(
    (value) => !(value >= 0 && value < classes && Number.isInteger(value)),
  );
  if (at < 0) return;
  throw new ValueError(
    `toCategorical: label ${at} is ${values[at]}; with ${classes} classes, labels are whole numbers from 0 to ${classes - 1}`,
  );
}
