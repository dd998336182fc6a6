import { constant, input } from '../expr/index.ts';
import { add, elementwise } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';

const squares = (x: Tensor): Tensor => x.square().sum();

/** The factor that shortens a vector of that squared length to `limit`, 1 if it is short enough; a scalar. */
const shortening = (squaredLength: Tensor, limit: number): Tensor =>
  elementwise('clipScale', constant(limit).div(input(0).sqrt().max(limit)), [squaredLength]);

/** For each gradient, the scalar that brings its own length down to `limit`. */
export const scalesByNorm = (gradients: readonly Tensor[], limit: number): Tensor[] =>
  gradients.map((gradient) => shortening(squares(gradient), limit));

/** For each gradient, the scalar that brings the length of all together down to `limit`. */
export function scalesByGlobalNorm(gradients: readonly Tensor[], limit: number): Tensor[] {
  const total = gradients.map(squares).reduce((sum, next) => add(sum, next));
  const scale = shortening(total, limit);
  return gradients.map(() => scale);
}
