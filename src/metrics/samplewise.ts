import { sameRank } from '../losses/same-rank.ts';
import { asTensor, broadcastTo, cast, maskOf, mul, type TensorLike } from '../ops/index.ts';
import type { DType, Tensor } from '../tensor/index.ts';

/** Values weighted and reduced to one for each sample, with the samples' weights. */
export interface Samplewise {
  readonly values: Tensor;
  readonly weights: Tensor | null;
}

const axesFrom = (first: number, x: Tensor): number[] =>
  Array.from({ length: Math.max(0, x.rank - first) }, (_, i) => first + i);

/** Brings values of any rank to one for each sample, by `reduce`; Keras' rule for weights of fewer axes. */
export function samplewise(
  op: string,
  given: Tensor,
  sampleWeight: TensorLike | null,
  dtype: DType,
  reduce: (x: Tensor, axes: readonly number[]) => Tensor,
): Samplewise {
  const reduced = (x: Tensor, first: number): Tensor =>
    x.rank > first ? reduce(x, axesFrom(first, x)) : x;
  let values = cast(given, dtype);
  const mask = maskOf(given);
  let weights = sampleWeight === null ? null : cast(asTensor(op, sampleWeight), dtype);
  if (mask) {
    const counted = cast(mask, dtype);
    const [factor, own] = weights ? sameRank(counted, weights) : [counted, null];
    weights = own ? mul(own, factor) : factor;
  }
  if (!weights) return { values: reduced(values, 1), weights: null };
  [values, weights] = sameRank(values, weights);
  values = reduced(values, weights.rank);
  weights = broadcastTo(weights, values.shape);
  return { values: reduced(mul(values, weights), 1), weights: reduced(weights, 1) };
}
