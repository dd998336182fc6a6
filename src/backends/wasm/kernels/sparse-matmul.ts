import type { View } from '../../../tensor/index.ts';
import type { SparseMatMulAttributes } from '../../kernels.ts';
import type { KernelBuilder, Value } from '../builder/index.ts';
import type { KernelSpec, PhaseList } from '../phases.ts';
import { emitZeros } from './fill.ts';
import { canLower, FormulaWriter } from './formula.ts';
import { addressOf, isDense, isDenseFloat } from './layout.ts';

/** Columns that are summed in registers at once. */
const mostColumns = 64;
const rowsPerTask = 32;

const fits = (
  values: View,
  columns: View,
  rowStarts: View,
  rows: number,
  dense: readonly View[],
): boolean =>
  [0, columns.shape[0]].includes(values.shape[0]) &&
  rowStarts.shape[0] === rows + 1 &&
  [values, ...dense].every(isDenseFloat) &&
  [columns, rowStarts].every((v) => v.dtype === 'int32' && isDense(v));

export function sparseMatMul(
  [values, columns, rowStarts, right, bias]: readonly View[],
  [out]: readonly View[],
  { activation }: SparseMatMulAttributes,
  phases: PhaseList,
): boolean {
  const [rows, n] = out.shape;
  const dense = bias ? [right, bias, out] : [right, out];
  if (!fits(values, columns, rowStarts, rows, dense)) return false;
  if (n > mostColumns || right.shape[0] === 0 || (activation && !canLower(activation)))
    return false;
  const weighted = values.shape[0] > 0;
  phases.run(
    productKernel(n, weighted, bias !== undefined, activation),
    [
      addressOf(values),
      addressOf(columns),
      addressOf(rowStarts),
      columns.shape[0],
      right.shape[0],
      addressOf(right),
      bias ? addressOf(bias) : 0,
      addressOf(out),
      rows,
    ],
    Math.ceil(rows / rowsPerTask),
  );
  return true;
}

/** The lanes of `n` columns, vector by vector. */
const vectorsOf = (b: KernelBuilder, n: number): { offset: number; lanes: number }[] =>
  Array.from({ length: Math.ceil(n / b.lanes) }, (_, v) => ({
    offset: v * b.vectorBytes,
    lanes: Math.min(b.lanes, n - v * b.lanes),
  }));

/** A sparse matrix as a kernel's arguments give it. */
interface SparseArguments {
  readonly values: Value;
  readonly columns: Value;
  readonly rowStarts: Value;
  /** Elements stored, and columns of the matrix: wrong indices are held inside, so that none reach foreign memory. */
  readonly stored: Value;
  readonly width: Value;
}

const sparseArguments = (b: KernelBuilder): SparseArguments => {
  const [values, columns, rowStarts, stored, width] = [0, 1, 2, 3, 4].map((i) => b.arg(i));
  return { values, columns, rowStarts, stored, width };
};

/** Visits the stored elements of a row: `body(column, value)`, value null where all are 1. */
function overRow(
  b: KernelBuilder,
  row: Value,
  { values, columns, rowStarts, stored, width }: SparseArguments,
  weighted: boolean,
  body: (column: Value, value: Value | null) => void,
): void {
  const start = b.let(rowStarts.add(row.shl(2)));
  const bound = (offset: number): Value => {
    const place = b.let(b.load('i32', start, offset));
    return b.let(place.ltU(stored).select(place, stored).shl(2));
  };
  const at = bound(0);
  const end = bound(4);
  b.if(at.ltU(end), () =>
    b.repeat(
      () => {
        const index = b.let(b.load('i32', b.let(columns.add(at))));
        const column = b.let(index.ltU(width).select(index, width.sub(1)));
        body(column, weighted ? b.let(b.loadSplat(b.let(values.add(at)))) : null);
        b.set(at, at.add(4));
      },
      () => at.ltU(end),
    ),
  );
}

function productKernel(
  n: number,
  weighted: boolean,
  bias: boolean,
  activation: SparseMatMulAttributes['activation'],
): KernelSpec {
  return {
    key: `sparseMatMul|${n}|${weighted}|${bias}|${activation?.key ?? ''}`,
    write: (b) => {
      const matrix = sparseArguments(b);
      const [right, biasAt, out, rows] = [5, 6, 7, 8].map((i) => b.arg(i));
      const first = b.let(b.task.mul(rowsPerTask));
      const end = b.let(first.add(rowsPerTask));
      b.set(end, end.lt(rows).select(end, rows));
      const vectors = vectorsOf(b, n);
      b.for(first, end, 1, (row) => {
        const sums = vectors.map(({ offset, lanes }) =>
          b.let(bias ? b.loadFirst(lanes, biasAt, offset) : b.zero()),
        );
        overRow(b, row, matrix, weighted, (column, value) => {
          const from = b.let(right.add(column.mul(n * 4)));
          vectors.forEach(({ offset, lanes }, v) => {
            const factor = b.loadFirst(lanes, from, offset);
            b.set(sums[v], sums[v].add(value ? value.mul(factor) : factor));
          });
        });
        const to = b.let(out.add(row.mul(n * 4)));
        vectors.forEach(({ offset, lanes }, v) => {
          const sum = sums[v];
          const result = activation ? new FormulaWriter(b, 'f32v', [sum]).write(activation) : sum;
          b.storeFirst(lanes, to, offset, result);
        });
      });
    },
  };
}

/** Adds row after row, by one task: the same column may come in any of them. */
export function sparseMatMulGrad(
  [values, columns, rowStarts, gradient]: readonly View[],
  [out]: readonly View[],
  _: Record<never, never>,
  phases: PhaseList,
): boolean {
  const [rows, n] = gradient.shape;
  if (!fits(values, columns, rowStarts, rows, [gradient, out]) || n > mostColumns) return false;
  const weighted = values.shape[0] > 0;
  emitZeros(addressOf(out), out.shape[0] * n, phases);
  phases.run(
    gradientKernel(n, weighted),
    [
      addressOf(values),
      addressOf(columns),
      addressOf(rowStarts),
      columns.shape[0],
      out.shape[0],
      addressOf(gradient),
      addressOf(out),
      rows,
    ],
    1,
  );
  return true;
}

function gradientKernel(n: number, weighted: boolean): KernelSpec {
  return {
    key: `sparseMatMulGrad|${n}|${weighted}`,
    write: (b) => {
      const matrix = sparseArguments(b);
      const [gradient, out, rows] = [5, 6, 7].map((i) => b.arg(i));
      const vectors = vectorsOf(b, n);
      b.for(0, rows, 1, (row) => {
        const from = b.let(gradient.add(row.mul(n * 4)));
        const parts = vectors.map(({ offset, lanes }) => b.let(b.loadFirst(lanes, from, offset)));
        overRow(b, row, matrix, weighted, (column, value) => {
          const to = b.let(out.add(column.mul(n * 4)));
          vectors.forEach(({ offset, lanes }, v) => {
            const part = value ? value.mul(parts[v]) : parts[v];
            b.storeFirst(lanes, to, offset, b.loadFirst(lanes, to, offset).add(part));
          });
        });
      });
    },
  };
}
