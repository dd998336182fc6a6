import { unaryResult } from '../../autograd/index.ts';
import { formatShape, normalizeAxis, ShapeError, Tensor } from '../../tensor/index.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';

/**
 * The axes in another order; by default reversed. A view: nothing is copied.
 * @example const channelsFirst = transpose(images, [0, 3, 1, 2]);
 */
export function transpose(x: TensorLike, permutation?: readonly number[]): Tensor {
  const tensor = asTensor('transpose', x);
  const { rank } = tensor;
  const order = permutation
    ? permutation.map((axis) => normalizeAxis('transpose', axis, rank))
    : Array.from({ length: rank }, (_, i) => rank - 1 - i);
  if (order.length !== rank || new Set(order).size !== rank) {
    throw new ShapeError(
      `transpose: ${formatShape(permutation ?? [])} is not an order of the ${rank} axes of ` +
        formatShape(tensor.shape),
    );
  }
  if (order.every((axis, i) => axis === i)) return tensor;
  const forward = (): Tensor =>
    new Tensor(
      tensor.storage,
      order.map((axis) => tensor.shape[axis]),
      order.map((axis) => tensor.strides[axis]),
      tensor.offset,
      tensor.dtype,
    );
  return unaryResult('transpose', [tensor], forward, {
    attributes: { permutation: order },
    backward: (gradient) => [transpose(gradient, inversePermutation(order))],
  });
}

/** The order that undoes an order of axes. */
export function inversePermutation(order: readonly number[]): number[] {
  const inverse = new Array<number>(order.length);
  for (let i = 0; i < order.length; i++) inverse[order[i]] = i;
  return inverse;
}

/** The tensor with two axes exchanged. A view. */
export function swapAxes(x: TensorLike, a: number, b: number): Tensor {
  const tensor = asTensor('swapAxes', x);
  const order = Array.from({ length: tensor.rank }, (_, i) => i);
  const i = normalizeAxis('swapAxes', a, tensor.rank);
  const j = normalizeAxis('swapAxes', b, tensor.rank);
  [order[i], order[j]] = [j, i];
  return transpose(tensor, order);
}

/**
 * The tensor with axes moved from `source` to `destination` positions; the others keep their order.
 * A view.
 */
export function moveAxis(
  x: TensorLike,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  const tensor = asTensor('moveAxis', x);
  const normalize = (axes: number | readonly number[]) =>
    (typeof axes === 'number' ? [axes] : axes).map((a) =>
      normalizeAxis('moveAxis', a, tensor.rank),
    );
  const from = normalize(source);
  const to = normalize(destination);
  if (from.length !== to.length) {
    throw new ShapeError(
      `moveAxis: ${from.length} axes cannot move to ${to.length} positions; name one for each`,
    );
  }
  const order = Array.from({ length: tensor.rank }, (_, i) => i).filter((i) => !from.includes(i));
  const moves = to.map((at, i) => [at, from[i]]).sort(([a], [b]) => a - b);
  for (const [at, axis] of moves) order.splice(at, 0, axis);
  return transpose(tensor, order);
}
