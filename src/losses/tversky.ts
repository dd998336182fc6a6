import { number } from '../config/index.ts';
import { sub, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';
import { type OverlapAxes, overlapAxes } from './overlap.ts';
import { asFloats, epsilon } from './same-rank.ts';

/** Options of Tversky's loss. */
export interface TverskyOptions {
  /** Weight of what was missed. */
  readonly alpha?: number;
  /** Weight of what was wrongly found. */
  readonly beta?: number;
  readonly axis?: OverlapAxes;
}

/**
 * 1 minus Tversky's overlap of two regions: Dice's, with weights for the two kinds of errors.
 * Salehi et al. 2017, https://arxiv.org/abs/1706.05721
 */
export function tversky(
  yTrue: TensorLike,
  yPred: TensorLike,
  { alpha = 0.5, beta = 0.5, axis = null }: TverskyOptions = {},
): Tensor {
  const [labels, predictions] = asFloats('tversky', yTrue, yPred);
  const both = labels.mul(predictions).sum(axis);
  const missed = sub(1, predictions).mul(labels).sum(axis);
  const wrong = sub(1, labels).mul(predictions).sum(axis);
  const all = both.add(missed.mul(alpha)).add(wrong.mul(beta)).add(epsilon);
  return sub(1, both.div(all));
}

/** The loss {@link tversky}. */
export class Tversky extends lossOf('tversky', tversky, {
  alpha: number(0.5),
  beta: number(0.5),
  axis: overlapAxes(),
}) {
  static override readonly className = 'Tversky';
}
