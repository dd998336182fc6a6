import { boolean, number } from '../config/index.ts';
import {
  add,
  asTensor,
  cast,
  equal,
  eye,
  greater,
  logicalAnd,
  logicalNot,
  matmul,
  reshape,
  setMask,
  softplus,
  sub,
  type TensorLike,
  where,
} from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { lossOf } from './loss.ts';

/** Stands for minus infinity, of which nothing at all has no logarithm. */
const far = -1e30;

/** Options of the circle loss. */
export interface CircleOptions {
  /** Scale of the similarities. */
  readonly gamma?: number;
  /** How far pairs of one class may be apart. */
  readonly margin?: number;
  /** Whether a sample is no pair with itself. */
  readonly removeDiagonal?: boolean;
}

/**
 * Draws unit vectors of one class together and those of different classes apart: labels [batch], embeddings
 * [batch, n] of length 1. Sun et al. 2020, https://arxiv.org/abs/2002.10857
 */
export function circle(
  yTrue: TensorLike,
  yPred: TensorLike,
  { gamma = 80, margin = 0.4, removeDiagonal = true }: CircleOptions = {},
): Tensor {
  const embeddings = asTensor('circle', yPred);
  const labels = reshape(cast(asTensor('circle', yTrue), 'int32'), [-1, 1]);
  const distances = sub(1, matmul(embeddings, embeddings, { transposeB: true })).maximum(0);
  const same = equal(labels, reshape(labels, [1, -1]));
  const self = eye(embeddings.shape[0], embeddings.shape[0], { dtype: 'bool' });
  const positive = removeDiagonal ? logicalAnd(same, logicalNot(self)) : same;
  const pull = distances.add(margin).maximum(0).mul(distances.sub(margin)).mul(gamma);
  const push = sub(1 + margin, distances)
    .maximum(0)
    .mul(sub(1 - margin, distances))
    .mul(gamma);
  const total = (values: Tensor, among: Tensor): Tensor => where(among, values, far).logSumExp(1);
  const losses = softplus(add(total(pull, positive), total(push, logicalNot(same))));
  setMask(losses, greater(losses, 0));
  return losses;
}

/** The loss {@link circle}. */
export class Circle extends lossOf('circle', circle, {
  gamma: number(80),
  margin: number(0.4),
  removeDiagonal: boolean(true),
}) {
  static override readonly className = 'Circle';
}
