import { unaryResult } from '../../autograd/index.ts';
import { binary, type Expr, input } from '../../expr/index.ts';
import {
  formatShape,
  isDifferentiable,
  normalizeAxis,
  ShapeError,
  Tensor,
} from '../../tensor/index.ts';
import { arange } from '../create.ts';
import { formulaKernel } from '../elementwise/elementwise.ts';
import { sum } from '../reduce/reduce.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import { reshape } from './reshape.ts';
import { embed, type Pick, viewOf } from './view-of.ts';

/** Which diagonal, over which two axes; the main one over the first two by default. */
export interface DiagonalOptions {
  /** Diagonal above the main one (below, if negative). */
  readonly offset?: number;
  readonly axis1?: number;
  readonly axis2?: number;
}

/** The diagonal over two axes, as a last axis instead of them, as `numpy.diagonal`. A view. */
export function diagonal(
  x: TensorLike,
  { offset = 0, axis1 = 0, axis2 = 1 }: DiagonalOptions = {},
): Tensor {
  const tensor = asTensor('diagonal', x);
  const [i, j] = [axis1, axis2].map((axis) => normalizeAxis('diagonal', axis, tensor.rank));
  if (i === j) throw new ShapeError(`diagonal: axes ${axis1} and ${axis2} are the same`);
  return viewOf('diagonal', tensor, pickDiagonal(i, j, offset), { offset });
}

function pickDiagonal(i: number, j: number, offset: number): Pick {
  return (from) => {
    const rest = from.shape.map((_, axis) => axis).filter((axis) => axis !== i && axis !== j);
    const [down, right] = [Math.max(0, -offset), Math.max(0, offset)];
    const length = Math.max(0, Math.min(from.shape[i] - down, from.shape[j] - right));
    const start = length === 0 ? 0 : down * from.strides[i] + right * from.strides[j];
    return new Tensor(
      from.storage,
      [...rest.map((axis) => from.shape[axis]), length],
      [...rest.map((axis) => from.strides[axis]), from.strides[i] + from.strides[j]],
      from.offset + start,
      from.dtype,
    );
  };
}

/**
 * A vector as the diagonal of a square matrix of zeros, or the diagonal of a matrix, as
 * `numpy.diag`.
 */
export function diag(x: TensorLike, offset = 0): Tensor {
  const tensor = asTensor('diag', x);
  if (tensor.rank === 2) return diagonal(tensor, { offset });
  if (tensor.rank !== 1) {
    throw new ShapeError(
      `diag: needs a vector or a matrix, received shape ${formatShape(tensor.shape)}`,
    );
  }
  const size = tensor.shape[0] + Math.abs(offset);
  return embed('diag', tensor, [size, size], pickDiagonal(0, 1, offset));
}

/** The sum of the diagonal over two axes. */
export const trace = (x: TensorLike, options?: DiagonalOptions): Tensor =>
  sum(diagonal(x, options), -1);

function triangle(op: 'tril' | 'triu', x: TensorLike, offset: number): Tensor {
  const tensor = asTensor(op, x);
  if (tensor.rank < 2) {
    throw new ShapeError(`${op}: needs rank 2 or more, received ${formatShape(tensor.shape)}`);
  }
  const [rows, columns] = tensor.shape.slice(-2);
  const above = binary('sub', input(2), input(1));
  const kept: Expr = op === 'tril' ? above.le(offset) : above.ge(offset);
  const forward = (): Tensor =>
    formulaKernel(
      kept.select(input(0), 0),
      [tensor, reshape(arange(rows), [rows, 1]), arange(columns)],
      tensor.shape,
      tensor.dtype,
    );
  return unaryResult(op, [tensor], forward, {
    attributes: { offset },
    backward: isDifferentiable(tensor.dtype)
      ? (gradient) => [triangle(op, gradient, offset)]
      : undefined,
  });
}

/** The matrices with zeros above the diagonal `offset`. */
export const tril = (x: TensorLike, offset = 0): Tensor => triangle('tril', x, offset);

/** The matrices with zeros below the diagonal `offset`. */
export const triu = (x: TensorLike, offset = 0): Tensor => triangle('triu', x, offset);
