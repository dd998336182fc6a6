import type { Tensor } from '../tensor/index.ts';
import { epsilon } from './same-rank.ts';

/** Vectors along an axis scaled to length 1; zeros stay zeros. */
export function unitLength(x: Tensor, axis: number): Tensor {
  const squares = x.square().sum(axis, { keepDims: true });
  return x.mul(squares.maximum(epsilon * epsilon).rsqrt());
}
