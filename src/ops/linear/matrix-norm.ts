import { normalizeAxis, type Tensor, ValueError } from '../../tensor/index.ts';
import { abs } from '../elementwise/arithmetic.ts';
import { max, min, sum } from '../reduce/reduce.ts';
import { norm } from '../reduce/statistics.ts';
import { reshape } from '../shape/reshape.ts';
import { moveAxis } from '../shape/transpose.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import { singularValues } from './spectral.ts';

/** Norms of a matrix. */
export type MatrixNormOrder = number | 'fro' | 'nuc';

/**
 * The norm of matrices over two axes: 'fro' (the root of the sum of squares), 1 and -1 (the largest
 * and smallest sum of a column), infinity and -infinity (of a row), 2, -2 and 'nuc' (the largest,
 * smallest and sum of the singular values).
 */
export function matrixNorm(
  x: TensorLike,
  order: MatrixNormOrder = 'fro',
  axes: readonly number[] = [-2, -1],
  keepDims = false,
): Tensor {
  const given = asTensor('matrixNorm', x);
  const [row, column] = axes.map((axis) => normalizeAxis('matrixNorm', axis, given.rank));
  if (axes.length !== 2 || row === column) {
    throw new ValueError(`matrixNorm: needs two different axes, received ${axes.join(', ')}`);
  }
  const matrices = moveAxis(given, [row, column], [-2, -1]);
  const found = normOf(matrices, order);
  if (!keepDims) return found;
  return reshape(
    found,
    given.shape.map((n, axis) => (axis === row || axis === column ? 1 : n)),
  );
}

function normOf(x: Tensor, order: MatrixNormOrder): Tensor {
  switch (order) {
    case 'fro':
      return norm(x, [-2, -1]);
    case 1:
      return max(sum(abs(x), -2), -1);
    case -1:
      return min(sum(abs(x), -2), -1);
    case Number.POSITIVE_INFINITY:
      return max(sum(abs(x), -1), -1);
    case Number.NEGATIVE_INFINITY:
      return min(sum(abs(x), -1), -1);
    case 2:
      return max(singularValues(x).values, -1);
    case -2:
      return min(singularValues(x).values, -1);
    case 'nuc':
      return sum(singularValues(x).values, -1);
    default:
      throw new ValueError(
        `matrixNorm: order must be 'fro', 'nuc', 1, -1, 2, -2, Infinity or -Infinity, received ${order}`,
      );
  }
}
