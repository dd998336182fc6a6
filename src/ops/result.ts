import { allocate } from '../backends/registry.ts';
import {
  type DType,
  isRowMajor,
  rowMajorStrides,
  type Shape,
  sameShape,
  sizeOf,
  Tensor,
  type View,
} from '../tensor/index.ts';

/**
 * A tensor for a kernel to fill. It lies in memory as the first dense tensor of its shape among
 * `sources` does, so that a channels-first view of channels-last memory stays one.
 */
export function emptyTensor(shape: Shape, dtype: DType, sources: readonly View[] = []): Tensor {
  const storage = allocate(dtype, sizeOf(shape));
  for (const source of sources) {
    if (!sameShape(source.shape, shape)) continue;
    const strides = denseStrides(source);
    if (strides) return new Tensor(storage, shape, strides);
  }
  return new Tensor(storage, shape);
}

/**
 * Strides of the same memory order without gaps; null if the view has gaps, repeats or runs
 * backwards.
 */
function denseStrides({ shape, strides }: View): readonly number[] | null {
  if (isRowMajor(shape, strides)) return rowMajorStrides(shape);
  const axes = shape.map((_, axis) => axis).filter((axis) => shape[axis] !== 1);
  axes.sort((a, b) => strides[a] - strides[b]);
  const dense = new Array<number>(shape.length);
  let stride = 1;
  for (const axis of axes) {
    if (strides[axis] !== stride) return null;
    dense[axis] = stride;
    stride *= shape[axis];
  }
  for (let axis = 0; axis < shape.length; axis++) dense[axis] ??= stride;
  return dense;
}

/** The tensor seen in a larger shape: strides of 0 repeat it. The shapes are known to fit. */
export function broadcastView(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const missing = shape.length - x.rank;
  const strides = shape.map((n, axis) =>
    axis < missing || (x.shape[axis - missing] === 1 && n !== 1) ? 0 : x.strides[axis - missing],
  );
  return new Tensor(x.storage, shape, strides, x.offset, x.dtype);
}

/**
 * How a tensor of another shape would lie in the memory order of `x`: a source for `emptyTensor`.
 */
export function orderLike(x: View, shape: Shape): View {
  const known = denseStrides(x);
  const order = shape.map((_, axis) => axis);
  // Sizes of 1 lie where their axis does: between its neighbours.
  if (known) order.sort((a, b) => known[a] - known[b] || b - a);
  else order.reverse();
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (const axis of order) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return new Tensor(x.storage, shape, strides);
}
