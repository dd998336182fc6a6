import {
  abs,
  arange,
  cast,
  expandDims,
  greaterEqual,
  less,
  logicalAnd,
  reshape,
  sub,
} from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';

/** True where a step of the result may see a step of the source: those up to its own. [1, target, source]. */
export function causalMask(target: number, source: number): Tensor {
  return greaterEqual(
    reshape(arange(target), [1, target, 1]),
    reshape(arange(source), [1, 1, source]),
  );
}

/** True where a step of the result may see a step of the source: those less than `size` steps away. [1, target, source]. */
export function windowMask(target: number, source: number, size: number): Tensor {
  const distance = sub(reshape(arange(target), [1, target, 1]), arange(source));
  return less(abs(distance), size);
}

/** Masks that must all let through; null for none. */
export function allOf(...masks: readonly (Tensor | null | undefined)[]): Tensor | null {
  const given = masks.filter((mask) => mask !== null && mask !== undefined);
  if (given.length === 0) return null;
  return given.map((mask) => cast(mask, 'bool')).reduce((a, b) => logicalAnd(a, b));
}

/** A mask with axes of 1 put in before its last axes, up to a rank. */
export function widened(mask: Tensor, rank: number, lastAxes: number): Tensor {
  let wide = mask;
  while (wide.rank < rank) wide = expandDims(wide, -lastAxes - 1);
  return wide;
}
