import { sub, type TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';
import { type OverlapAxes, overlapAxes } from './overlap.ts';
import { asFloats, epsilon } from './same-rank.ts';

/** 1 minus Dice's overlap of two regions, `2 |A and B| / (|A| + |B|)`; a scalar unless axes are given. */
export function dice(
  yTrue: TensorLike,
  yPred: TensorLike,
  { axis = null }: { readonly axis?: OverlapAxes } = {},
): Tensor {
  const [labels, predictions] = asFloats('dice', yTrue, yPred);
  const both = labels.mul(predictions).sum(axis).mul(2);
  return sub(1, both.div(labels.sum(axis).add(predictions.sum(axis)).add(epsilon)));
}

/** The loss {@link dice}. */
export class Dice extends lossOf('dice', dice, { axis: overlapAxes() }) {
  static override readonly className = 'Dice';
}
