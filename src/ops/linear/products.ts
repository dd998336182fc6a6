import { formatShape, normalizeAxis, ShapeError, sizeOf, type Tensor } from '../../tensor/index.ts';
import { mul } from '../elementwise/arithmetic.ts';
import { reshape } from '../shape/reshape.ts';
import { transpose } from '../shape/transpose.ts';
import { asTensors, type TensorLike } from '../tensor-like.ts';
import { matmul } from './matmul.ts';

/**
 * NumPy's dot product: of vectors the inner product, of matrices the matrix product, of others the
 * sum over the last axis of `a` and the last but one of `b`; scalars multiply.
 */
export function dot(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = asTensors('dot', [a, b]);
  if (x.rank === 0 || y.rank === 0) return mul(x, y);
  if (x.rank <= 2 && y.rank <= 2) return matmul(x, y);
  return tensordot(x, y, [[-1], [y.rank === 1 ? 0 : -2]]);
}

/**
 * The product of every element of `a` with every element of `b`, both flattened: [size of a, size
 * of b].
 */
export function outer(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = asTensors('outer', [a, b]);
  return mul(reshape(x, [-1, 1]), reshape(y, [1, -1]));
}

/**
 * The sum of products over pairs of axes: a number n pairs the last n of `a` with the first n of
 * `b`; two lists name them.
 * @example tensordot(images, weights, [[1, 2], [0, 1]]);
 */
export function tensordot(
  a: TensorLike,
  b: TensorLike,
  axes: number | readonly [readonly number[], readonly number[]] = 2,
): Tensor {
  const [x, y] = asTensors('tensordot', [a, b]);
  const count = typeof axes === 'number' ? axes : 0;
  if (count > Math.min(x.rank, y.rank)) {
    throw new ShapeError(
      `tensordot: ${count} axes cannot be paired in ${formatShape(x.shape)} and ` +
        formatShape(y.shape),
    );
  }
  const range = (length: number, from: number) => Array.from({ length }, (_, i) => from + i);
  const [left, right] =
    typeof axes === 'number' ? [range(count, x.rank - count), range(count, 0)] : axes;
  const inX = left.map((axis) => normalizeAxis('tensordot', axis, x.rank));
  const inY = right.map((axis) => normalizeAxis('tensordot', axis, y.rank));
  if (inX.length !== inY.length || inX.some((axis, i) => x.shape[axis] !== y.shape[inY[i]])) {
    throw new ShapeError(
      `tensordot: axes ${formatShape(left)} of ${formatShape(x.shape)} and ${formatShape(right)} ` +
        `of ${formatShape(y.shape)} differ in size`,
    );
  }
  const freeX = range(x.rank, 0).filter((axis) => !inX.includes(axis));
  const freeY = range(y.rank, 0).filter((axis) => !inY.includes(axis));
  const outX = freeX.map((axis) => x.shape[axis]);
  const outY = freeY.map((axis) => y.shape[axis]);
  const inner = sizeOf(inX.map((axis) => x.shape[axis]));
  const rows = reshape(transpose(x, [...freeX, ...inX]), [sizeOf(outX), inner]);
  const columns = reshape(transpose(y, [...inY, ...freeY]), [inner, sizeOf(outY)]);
  return reshape(matmul(rows, columns), [...outX, ...outY]);
}
