// The same numbers in memory in several ways: what a kernel must not notice.
import { allocate } from '../src/backends/index.ts';
import { allocateArray, type DType, Tensor, writeSlot } from '../src/tensor/index.ts';

/**
 * plain: row-major; reversed: axes in opposite order (a transposed view); rotated: the last axis
 * outermost (channels-first memory); gaps: every second element of a larger tensor; backwards:
 * negative strides; inside: part of a larger tensor.
 */
export const layouts = ['plain', 'reversed', 'rotated', 'gaps', 'backwards', 'inside'] as const;

export type Layout = (typeof layouts)[number];

/** Axes of a tensor from the innermost to the outermost in memory. */
function innermostFirst(rank: number, layout: Layout): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  if (layout === 'reversed') return axes;
  if (layout === 'rotated') return rank ? [...axes.slice(0, -1).reverse(), rank - 1] : [];
  return axes.reverse();
}

/**
 * A tensor with the numbers (in row-major order) laid out in memory; what lies between them is
 * poison.
 */
export function layOut(
  numbers: ArrayLike<number>,
  shape: readonly number[],
  dtype: DType,
  layout: Layout,
): Tensor {
  const step = layout === 'gaps' ? 2 : 1;
  const margin = layout === 'inside' ? 3 : 0;
  const strides = new Array<number>(shape.length).fill(1);
  let next = step;
  for (const axis of innermostFirst(shape.length, layout)) {
    strides[axis] = next;
    next *= shape[axis] * step + margin;
  }
  const turned = layout === 'backwards';
  const span = shape.reduce((sum, n, axis) => sum + Math.max(0, n - 1) * strides[axis], 0);
  const length = span + 1 + 2 * margin;
  const array = allocateArray(dtype, length);
  const poison = dtype.startsWith('float') || dtype === 'bfloat16' ? Number.NaN : 101;
  for (let i = 0; i < length; i++) writeSlot(array, dtype, i, poison);
  const sign = turned ? -1 : 1;
  const offset = margin + (turned ? span : 0);
  let at = 0;
  const fill = (axis: number, place: number): void => {
    if (axis === shape.length) {
      writeSlot(array, dtype, place, numbers[at++]);
      return;
    }
    for (let i = 0; i < shape[axis]; i++) fill(axis + 1, place + i * sign * strides[axis]);
  };
  fill(0, offset);
  const storage = allocate(dtype, length, array);
  return new Tensor(
    storage,
    shape,
    strides.map((stride) => sign * stride),
    offset,
    dtype,
  );
}
