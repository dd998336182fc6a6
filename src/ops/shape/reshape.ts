import { unaryResult } from '../../autograd/index.ts';
import {
  formatShape,
  isRowMajor,
  normalizeAxes,
  normalizeAxis,
  rowMajorStrides,
  type Shape,
  ShapeError,
  sameShape,
  sizeOf,
  Tensor,
} from '../../tensor/index.ts';
import { inOrderOf, rowMajor } from '../copy.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';

/**
 * The same elements, in row-major order, in another shape; one size may be -1 and is then what
 * remains. A view where the strides allow it, else a copy.
 * @example images.reshape([-1, 784]);
 */
export function reshape(x: TensorLike, shape: Shape): Tensor {
  const tensor = asTensor('reshape', x);
  return reshaped('reshape', tensor, resolveShape(tensor.shape, shape));
}

function reshaped(op: string, x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const strides = viewStrides(x.shape, x.strides, shape);
  const forward = (): Tensor => {
    if (strides) return new Tensor(x.storage, shape, strides, x.offset, x.dtype);
    const dense = rowMajor(x);
    return new Tensor(dense.storage, shape, rowMajorStrides(shape), dense.offset, x.dtype);
  };
  return unaryResult(op, [x], forward, {
    attributes: { shape },
    backward: (gradient) => {
      const back = reshape(gradient, x.shape);
      return [strides ? back : inOrderOf(back, x)];
    },
  });
}

function resolveShape(from: Shape, shape: Shape): Shape {
  const size = sizeOf(from);
  const open = shape.indexOf(-1);
  const known = shape.reduce((product, n, axis) => (axis === open ? product : product * n), 1);
  const resolved = open < 0 ? shape : shape.with(open, known === 0 ? 0 : size / known);
  if (!resolved.every((n) => Number.isInteger(n) && n >= 0) || sizeOf(resolved) !== size) {
    throw new ShapeError(
      `reshape: ${formatShape(from)} (${size} elements) cannot become ${formatShape(shape)}` +
        (open < 0 ? ` (${known} elements)` : `: ${size} is not a multiple of ${known}`),
    );
  }
  return resolved;
}

/** Strides that show the same elements in another shape without copying, or null. */
export function viewStrides(
  from: Shape,
  strides: readonly number[],
  to: Shape,
): readonly number[] | null {
  if (sizeOf(from) === 0 || isRowMajor(from, strides)) return rowMajorStrides(to);
  const old = from.map((n, axis) => [n, strides[axis]] as const).filter(([n]) => n !== 1);
  const result = new Array<number>(to.length);
  let axis = 0;
  let next = 0;
  while (axis < old.length) {
    // The smallest run of old axes and of new ones with the same number of elements.
    let oldEnd = axis + 1;
    let newEnd = next;
    let oldSize = old[axis][0];
    let newSize = 1;
    while (newSize < oldSize || newEnd === next) newSize *= to[newEnd++];
    while (newSize !== oldSize) {
      if (oldSize < newSize) oldSize *= old[oldEnd++][0];
      else newSize *= to[newEnd++];
    }
    for (let i = axis; i < oldEnd - 1; i++) {
      if (old[i][1] !== old[i + 1][1] * old[i + 1][0]) return null;
    }
    let stride = old[oldEnd - 1][1];
    for (let i = newEnd - 1; i >= next; i--) {
      result[i] = stride;
      stride *= to[i];
    }
    axis = oldEnd;
    next = newEnd;
  }
  for (; next < to.length; next++) result[next] = 1;
  return result;
}

/** All elements as one axis. */
export function ravel(x: TensorLike): Tensor {
  return reshape(x, [-1]);
}

/** The axes from `startAxis` to `endAxis` made one; by default all, as `numpy.ndarray.flatten`. */
export function flatten(x: TensorLike, startAxis = 0, endAxis = -1): Tensor {
  const tensor = asTensor('flatten', x);
  if (tensor.rank === 0) return reshaped('flatten', tensor, [1]);
  const start = normalizeAxis('flatten', startAxis, tensor.rank);
  const end = normalizeAxis('flatten', endAxis, tensor.rank);
  if (end < start) {
    throw new ShapeError(`flatten: axis ${endAxis} comes before axis ${startAxis}`);
  }
  const { shape } = tensor;
  const size = sizeOf(shape.slice(start, end + 1));
  return reshaped('flatten', tensor, [...shape.slice(0, start), size, ...shape.slice(end + 1)]);
}

/** An axis of size 1 inserted at each of the positions, counted in the result. */
export function expandDims(x: TensorLike, axis: number | readonly number[]): Tensor {
  const tensor = asTensor('expandDims', x);
  const list = typeof axis === 'number' ? [axis] : axis;
  const axes = normalizeAxes('expandDims', list, tensor.rank + list.length);
  const shape = [...tensor.shape];
  for (const at of axes) shape.splice(at, 0, 1);
  return reshaped('expandDims', tensor, shape);
}

/** The tensor without axes of size 1: all of them, or those that are named. */
export function squeeze(x: TensorLike, axis?: number | readonly number[] | null): Tensor {
  const tensor = asTensor('squeeze', x);
  const { shape } = tensor;
  const named = axis !== undefined && axis !== null;
  const axes = normalizeAxes('squeeze', axis, tensor.rank).filter((i) => named || shape[i] === 1);
  const wide = axes.find((i) => shape[i] !== 1);
  if (wide !== undefined) {
    throw new ShapeError(
      `squeeze: axis ${wide} has size ${shape[wide]}, not 1 (shape ${formatShape(shape)})`,
    );
  }
  return reshaped(
    'squeeze',
    tensor,
    shape.filter((_, i) => !axes.includes(i)),
  );
}
