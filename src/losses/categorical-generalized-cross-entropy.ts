import { number } from '../config/index.ts';
import {
  arange,
  asTensor,
  cast,
  equal,
  expandDims,
  mul,
  pow,
  squeeze,
  sub,
  type TensorLike,
} from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';

/**
 * `(1 - p^q) / q` for the probability p of each sample's class, given by number: between cross-entropy (q near 0) and
 * absolute error (q = 1), so that wrong labels do less harm. Zhang and Sabuncu 2018, https://arxiv.org/abs/1805.07836
 */
export function categoricalGeneralizedCrossEntropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  { q = 0.5 }: { readonly q?: number } = {},
): Tensor {
  const predictions = asTensor('categoricalGeneralizedCrossEntropy', yPred);
  const given = asTensor('categoricalGeneralizedCrossEntropy', yTrue);
  const labels = given.rank === predictions.rank ? squeeze(given, -1) : given;
  const classes = arange(predictions.shape.at(-1) as number);
  const own = equal(expandDims(cast(labels, 'int32'), -1), classes);
  const p = mul(predictions, cast(own, predictions.dtype)).sum(-1);
  return sub(1, pow(p, q)).div(q);
}

/** The loss {@link categoricalGeneralizedCrossEntropy}. */
export class CategoricalGeneralizedCrossEntropy extends lossOf(
  'categorical_generalized_cross_entropy',
  categoricalGeneralizedCrossEntropy,
  { q: number(0.5, { min: 0, max: 1, above: true }) },
) {
  static override readonly className = 'CategoricalGeneralizedCrossEntropy';
}
