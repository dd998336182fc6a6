import { asTensor, cast, expandDims, squeeze, type TensorLike } from '../ops/index.ts';
import { isFloat, type Tensor } from '../tensor/index.ts';

/**
 * Labels and predictions that differ by one axis of size 1 brought to one rank: a list of numbers becomes a column, other
 * superfluous axes are dropped.
 */
export function sameRank(a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  if (a.rank === b.rank + 1 && a.shape.at(-1) === 1) {
    return b.rank === 1 ? [a, expandDims(b, -1)] : [squeeze(a, -1), b];
  }
  if (b.rank === a.rank + 1 && b.shape.at(-1) === 1) {
    return a.rank === 1 ? [expandDims(a, -1), b] : [a, squeeze(b, -1)];
  }
  return [a, b];
}

/** Predictions in floating point and labels of their type. */
export function asFloats(op: string, yTrue: TensorLike, yPred: TensorLike): [Tensor, Tensor] {
  const given = asTensor(op, yPred);
  const predictions = isFloat(given.dtype) ? given : cast(given, 'float32');
  return [cast(asTensor(op, yTrue), predictions.dtype), predictions];
}

/** Labels and predictions of one floating-point type and rank. */
export function comparable(
  op: string,
  yTrue: TensorLike,
  yPred: TensorLike,
): readonly [Tensor, Tensor] {
  return sameRank(...asFloats(op, yTrue, yPred));
}

/** Keeps logarithms and quotients finite. */
export const epsilon = 1e-7;
