import type { Kernel } from '../../kernels.ts';
import { fromNumbers, toNumbers } from '../cursor.ts';
import { makeEpilogue } from './epilogue.ts';

export const sparseMatMul: Kernel<'sparseMatMul'> = (inputs, [c], attributes) => {
  const [values, columns, starts, right] = inputs.slice(0, 4).map((view) => toNumbers(view));
  const [rows, n] = c.shape;
  const sums = new Float64Array(rows * n);
  forEachEntry(values, columns, starts, rows, (row, column, value) => {
    const to = row * n;
    const from = column * n;
    for (let j = 0; j < n; j++) sums[to + j] += value * right[from + j];
  });
  makeEpilogue(inputs[4], attributes, n)(sums, sums.length);
  fromNumbers(c, sums);
};

export const sparseMatMulGrad: Kernel<'sparseMatMulGrad'> = (inputs, [db]) => {
  const [values, columns, starts, gradient] = inputs.map((view) => toNumbers(view));
  const [rows, n] = inputs[3].shape;
  const sums = new Float64Array(db.shape[0] * n);
  forEachEntry(values, columns, starts, rows, (row, column, value) => {
    const to = column * n;
    const from = row * n;
    for (let j = 0; j < n; j++) sums[to + j] += value * gradient[from + j];
  });
  fromNumbers(db, sums);
};

/** Calls `visit` for the entries of a compressed sparse row matrix, row by row. */
function forEachEntry(
  values: Float64Array,
  columns: Float64Array,
  starts: Float64Array,
  rows: number,
  visit: (row: number, column: number, value: number) => void,
): void {
  for (let row = 0; row < rows; row++) {
    for (let i = starts[row]; i < starts[row + 1]; i++) {
      visit(row, columns[i], values.length ? values[i] : 1);
    }
  }
}
