import { sizeOf } from '../../../tensor/index.ts';
import type { Kernel } from '../../kernels.ts';
import { Cursor, fromNumbers, rowsAlong } from '../cursor.ts';

export const argReduce: Kernel<'argReduce'> = ([x], [output], { op, axis }) => {
  const order = rowsAlong(axis, x.shape.length);
  const row = new Float64Array(x.shape[axis]);
  const results = new Float64Array(sizeOf(output.shape));
  const cursor = new Cursor(x, order);
  for (let i = 0; i < results.length; i++) {
    cursor.read(row, row.length);
    results[i] = op === 'argmax' ? firstExtreme(row, 1) : firstExtreme(row, -1);
  }
  fromNumbers(output, results, order);
};

/** Index of the first NaN, or else of the first maximum of the values times `sign`. */
function firstExtreme(row: Float64Array, sign: 1 | -1): number {
  let best = 0;
  for (let i = 0; i < row.length; i++) {
    if (Number.isNaN(row[i])) return i;
    if (row[i] * sign > row[best] * sign) best = i;
  }
  return best;
}
