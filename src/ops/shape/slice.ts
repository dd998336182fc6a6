import {
  formatShape,
  normalizeAxes,
  normalizeAxis,
  type Shape,
  ShapeError,
  Tensor,
  ValueError,
} from '../../tensor/index.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import { viewOf } from './view-of.ts';

/**
 * Python's `start:stop:step`: negative positions count from the end, positions outside are clipped.
 */
export interface Slice {
  readonly start?: number | null;
  readonly stop?: number | null;
  readonly step?: number | null;
}

/** A slice of an axis of known size. */
interface Run {
  readonly start: number;
  readonly length: number;
  readonly step: number;
}

/** Where a slice starts and how many elements it takes, by Python's rules. */
export function resolveSlice(op: string, slice: Slice | null, size: number): Run {
  const { start, stop, step: given } = slice ?? {};
  const step = given ?? 1;
  for (const [name, value] of Object.entries({ start, stop, step })) {
    if (value !== undefined && value !== null && !Number.isInteger(value)) {
      throw new ValueError(`${op}: ${name} must be an integer, received ${value}`);
    }
  }
  if (step === 0) throw new ValueError(`${op}: step must not be 0`);
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const clip = (position: number | null | undefined, otherwise: number): number => {
    if (position === undefined || position === null) return otherwise;
    return Math.min(high, Math.max(low, position < 0 ? position + size : position));
  };
  const from = clip(start, step > 0 ? low : high);
  const to = clip(stop, step > 0 ? high : low);
  return { start: from, length: Math.max(0, Math.ceil((to - from) / step)), step };
}

/**
 * Part of the tensor: one `{ start, stop, step }` for each of the first axes, as NumPy's
 * `x[start:stop:step, …]`; null takes an axis whole. A view: nothing is copied.
 * @example slice(image, [{ start: 4, stop: -4 }, { step: 2 }]);
 */
export function slice(x: TensorLike, slices: readonly (Slice | null)[]): Tensor {
  const tensor = asTensor('slice', x);
  if (!Array.isArray(slices)) {
    throw new ValueError('slice: takes an array with one { start, stop, step } for each axis');
  }
  if (slices.length > tensor.rank) {
    throw new ShapeError(
      `slice: ${slices.length} slices for a tensor of shape ${formatShape(tensor.shape)}`,
    );
  }
  const runs = tensor.shape.map((n, axis) => resolveSlice('slice', slices[axis] ?? null, n));
  return sliceRuns('slice', tensor, runs);
}

function sliceRuns(op: string, x: Tensor, runs: readonly Run[]): Tensor {
  const whole = runs.every((run, i) => run.step === 1 && run.length === x.shape[i]);
  if (whole) return x;
  const shape: Shape = runs.map((run) => run.length);
  const pick = (from: Tensor): Tensor => {
    const offset = runs.reduce((at, run, i) => at + run.start * from.strides[i], from.offset);
    const strides = runs.map((run, i) => run.step * from.strides[i]);
    return new Tensor(from.storage, shape, strides, offset, from.dtype);
  };
  return viewOf(op, x, pick, { start: runs.map((run) => run.start), shape });
}

/** `length` elements from `start` on along one axis, as `torch.narrow`. A view. */
export function narrow(x: TensorLike, axis: number, start: number, length: number): Tensor {
  const tensor = asTensor('narrow', x);
  const at = normalizeAxis('narrow', axis, tensor.rank);
  const from = start < 0 ? start + tensor.shape[at] : start;
  if (
    ![from, length].every(Number.isInteger) ||
    from < 0 ||
    length < 0 ||
    from + length > tensor.shape[at]
  ) {
    throw new ShapeError(
      `narrow: ${length} elements from ${start} on do not lie on axis ${at} of ` +
        formatShape(tensor.shape),
    );
  }
  const runs = tensor.shape.map((n, i) =>
    i === at ? { start: from, length, step: 1 } : { start: 0, length: n, step: 1 },
  );
  return sliceRuns('narrow', tensor, runs);
}

/** The elements in opposite order along the axes, by default all. A view. */
export function flip(x: TensorLike, axis?: number | readonly number[] | null): Tensor {
  const tensor = asTensor('flip', x);
  const axes = normalizeAxes('flip', axis, tensor.rank);
  const runs = tensor.shape.map((n, i) =>
    axes.includes(i)
      ? { start: Math.max(0, n - 1), length: n, step: -1 }
      : { start: 0, length: n, step: 1 },
  );
  return sliceRuns('flip', tensor, runs);
}
