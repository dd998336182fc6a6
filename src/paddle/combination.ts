// Tensors made of the combinations of elements.
import * as ops from '../ops/index.ts';
import { formatShape, ShapeError } from '../tensor/index.ts';
import { define } from './signature.ts';
import { type TensorLike, unwrap, wrap } from './tensor.ts';

function vector(op: string, x: TensorLike) {
  const tensor = unwrap(op, x);
  if (tensor.rank === 1) return tensor;
  throw new ShapeError(`${op}: expected one axis, received ${formatShape(tensor.shape)}`);
}

/** All ways to take `r` elements in their order, one in each row. */
export const combinations = define(
  'combinations',
  ['x'],
  ['r', 'withReplacement'],
  (x: TensorLike, r: number = 2, withReplacement: boolean = false) => {
    const tensor = vector('combinations', x);
    let rows: number[][] = [[]];
    for (let k = 0; k < r; k++) {
      rows = rows.flatMap((row) => {
        const first = row.length ? row[row.length - 1] + (withReplacement ? 0 : 1) : 0;
        return Array.from({ length: Math.max(0, tensor.size - first) }, (_, i) => [
          ...row,
          first + i,
        ]);
      });
    }
    const places = ops.reshape(ops.tensor(rows.flat(), { dtype: 'int32' }), [rows.length, r]);
    return wrap(ops.gather(tensor, places));
  },
);

/** All ways to take one element of each vector, one in each row. */
export const cartesianProd = define('cartesianProd', ['x'], [], (x: readonly TensorLike[]) => {
  const list = x.map((v) => vector('cartesianProd', v));
  if (list.length === 1) return wrap(ops.copy(list[0]));
  const grids = ops.meshgrid(list, { indexing: 'ij' });
  return wrap(
    ops.stack(
      grids.map((grid) => ops.reshape(grid, [-1])),
      1,
    ),
  );
});

/** Powers of a vector, one in each column: from the highest, or (`increasing`) from 1 on. */
export const vander = define(
  'vander',
  ['x'],
  ['n', 'increasing'],
  (x: TensorLike, n?: number, increasing: boolean = false) => {
    const tensor = vector('vander', x);
    const columns = n ?? tensor.size;
    let power = ops.onesLike(tensor.detach());
    const powers = Array.from({ length: columns }, (_, i) => {
      if (i > 0) power = ops.mul(power, tensor);
      return power;
    });
    return wrap(ops.stack(increasing ? powers : powers.reverse(), 1));
  },
);
