import { unaryResult } from '../../autograd/index.ts';
import { input } from '../../expr/index.ts';
import { formatShape, ShapeError, type Tensor } from '../../tensor/index.ts';
import { reduceFormula } from '../reduce/reduce-formula.ts';
import { reshape } from '../shape/reshape.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';

/**
 * Where values would go into a sorted vector so that it stays sorted, int32: before equal elements
 * ('left') or behind them ('right'). It counts the smaller elements of the vector for each value.
 */
export function searchSorted(
  sorted: TensorLike,
  values: TensorLike,
  { side = 'left' }: { readonly side?: 'left' | 'right' } = {},
): Tensor {
  const edges = asTensor('searchSorted', sorted);
  const wanted = asTensor('searchSorted', values);
  if (edges.rank !== 1) {
    throw new ShapeError(
      `searchSorted: the sorted tensor must be a vector, received ${formatShape(edges.shape)}`,
    );
  }
  const column = reshape(wanted, [...wanted.shape, 1]);
  const counted = side === 'left' ? input(0).lt(input(1)) : input(0).le(input(1));
  const options = { axes: [wanted.rank], dtype: 'int32' } as const;
  const count = unaryResult('searchSorted', [edges, column], () =>
    reduceFormula('searchSorted', 'sum', counted, [edges, column], options),
  );
  return reshape(count, wanted.shape);
}
