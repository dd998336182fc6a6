import '../ops/methods.ts';
import { Configurable, option } from '../config/index.ts';
import { normalizeAxis, type Tensor } from '../tensor/index.ts';

/** What weights must satisfy: applied to them after every step of the optimizer. */
export abstract class Constraint extends Configurable {
  static override readonly module = 'keras.constraints';

  /** The nearest weights that satisfy it, of the same shape. */
  abstract call(w: Tensor): Tensor;
}

/** An option that names the axes along which a norm is taken. */
export const axes = (initial: number) =>
  option(
    (input: number | readonly number[]): number | readonly number[] => input,
    initial as number | readonly number[],
  );

/** Euclidean length along axes, kept as axes of 1; never 0 under the root, so that it has a gradient. */
export function norm(w: Tensor, axis: number | readonly number[]): Tensor {
  const list = (typeof axis === 'number' ? [axis] : axis).map((a) =>
    normalizeAxis('constraint', a, w.rank),
  );
  return w.square().sum(list, { keepDims: true }).sqrt();
}
