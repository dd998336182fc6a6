import { unaryResult } from '../../autograd/index.ts';
import { formatShape, normalizeAxis, type Shape, ShapeError, Tensor } from '../../tensor/index.ts';
import { copyInto } from '../copy.ts';
import { cast } from '../elementwise/cast.ts';
import { commonType } from '../elementwise/elementwise.ts';
import { emptyTensor, orderLike } from '../result.ts';
import { asTensor, asTensors, type TensorLike } from '../tensor-like.ts';
import { expandDims, reshape, squeeze } from './reshape.ts';
import { narrow } from './slice.ts';

function asList(op: string, tensors: readonly TensorLike[]): Tensor[] {
  if (tensors.length === 0) throw new ShapeError(`${op}: needs at least one tensor`);
  return asTensors(op, tensors);
}

/**
 * The tensors one behind the other along an axis; all other sizes must agree. Types are promoted.
 * @example concat([a, b], -1);
 */
export function concat(tensors: readonly TensorLike[], axis = 0): Tensor {
  const list = asList('concat', tensors);
  const dtype = commonType(list);
  const [first] = list;
  const at = normalizeAxis('concat', axis, first.rank);
  for (const x of list) {
    if (x.rank !== first.rank || x.shape.some((n, i) => i !== at && n !== first.shape[i])) {
      throw new ShapeError(
        `concat: shapes ${list.map((t) => formatShape(t.shape)).join(', ')} must agree in all axes ` +
          `but ${at}`,
      );
    }
  }
  const total = list.reduce((sum, x) => sum + x.shape[at], 0);
  const shape = first.shape.with(at, total);
  const forward = (): Tensor => {
    const result = emptyTensor(shape, dtype, [orderLike(first, shape)]);
    let start = 0;
    for (const x of list) {
      if (x.size) copyInto(x, partOf(result, at, start, x.shape));
      start += x.shape[at];
    }
    return result;
  };
  return unaryResult('concat', list, forward, {
    attributes: { axis: at },
    backward: (gradient, needed) => {
      let start = 0;
      return list.map((x, i) => {
        const from = start;
        start += x.shape[at];
        return needed[i] ? cast(narrow(gradient, at, from, x.shape[at]), x.dtype) : null;
      });
    },
  });
}

function partOf(x: Tensor, axis: number, start: number, shape: Shape): Tensor {
  return new Tensor(x.storage, shape, x.strides, x.offset + start * x.strides[axis], x.dtype);
}

/** The tensors, all of one shape, along a new axis. */
export function stack(tensors: readonly TensorLike[], axis = 0): Tensor {
  const list = asList('stack', tensors);
  const [{ shape, rank }] = list;
  const at = normalizeAxis('stack', axis, rank + 1);
  for (const x of list) {
    if (x.rank !== rank || x.shape.some((n, i) => n !== shape[i])) {
      throw new ShapeError(
        `stack: all tensors must have one shape, received ${formatShape(shape)} and ` +
          formatShape(x.shape),
      );
    }
  }
  return concat(
    list.map((x) => expandDims(x, at)),
    at,
  );
}

/** The slices of the tensor along an axis, without that axis. Views. */
export function unstack(x: TensorLike, axis = 0): Tensor[] {
  const tensor = asTensor('unstack', x);
  const at = normalizeAxis('unstack', axis, tensor.rank);
  return Array.from({ length: tensor.shape[at] }, (_, i) => squeeze(narrow(tensor, at, i, 1), at));
}

/**
 * The tensor in parts along an axis: a number of equal parts, or the sizes of all parts, one of
 * which may be -1. Views. (NumPy's positions to cut at are the running sums of the sizes.)
 */
export function split(x: TensorLike, parts: number | readonly number[], axis = 0): Tensor[] {
  const tensor = asTensor('split', x);
  const at = normalizeAxis('split', axis, tensor.rank);
  const size = tensor.shape[at];
  const sizes = typeof parts === 'number' ? equalParts(size, parts) : openPart(size, parts);
  if (sizes.some((n) => !Number.isInteger(n) || n < 0) || sum(sizes) !== size) {
    throw new ShapeError(
      `split: axis ${at} of size ${size} cannot be split into ` +
        `${typeof parts === 'number' ? `${parts} equal parts` : `parts of ${formatShape(parts)}`}`,
    );
  }
  let start = 0;
  return sizes.map((n) => narrow(tensor, at, (start += n) - n, n));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const equalParts = (size: number, parts: number): number[] =>
  Number.isInteger(parts) && parts > 0 ? new Array<number>(parts).fill(size / parts) : [];

const openPart = (size: number, sizes: readonly number[]): readonly number[] => {
  const open = sizes.indexOf(-1);
  return open < 0 ? sizes : sizes.with(open, size - (sum(sizes) + 1));
};

/**
 * The elements moved along an axis by `shift` places, those that fall off coming in at the other
 * end.
 */
export function roll(
  x: TensorLike,
  shift: number | readonly number[],
  axis?: number | readonly number[],
): Tensor {
  const tensor = asTensor('roll', x);
  if (axis === undefined) {
    const flat = roll(reshape(tensor, [-1]), shift, 0);
    return reshape(flat, tensor.shape);
  }
  const axes = (typeof axis === 'number' ? [axis] : axis).map((a) =>
    normalizeAxis('roll', a, tensor.rank),
  );
  const shifts = typeof shift === 'number' ? axes.map(() => shift) : shift;
  if (shifts.length !== axes.length || !shifts.every(Number.isInteger)) {
    throw new ShapeError(
      `roll: needs one whole shift for each of ${axes.length} axes, received ${formatShape(shifts)}`,
    );
  }
  return axes.reduce((rolled, at, i) => rollAxis(rolled, shifts[i], at), tensor);
}

function rollAxis(x: Tensor, shift: number, axis: number): Tensor {
  const size = x.shape[axis];
  const by = size === 0 ? 0 : ((shift % size) + size) % size;
  if (by === 0) return x;
  return concat([narrow(x, axis, size - by, by), narrow(x, axis, 0, size - by)], axis);
}
