import type { View } from '../../../tensor/index.ts';
import type { GatherAttributes, ScatterAttributes } from '../../kernels.ts';
import type { KernelBuilder, Value } from '../builder/index.ts';
import type { KernelSpec, PhaseList } from '../phases.ts';
import { addressOf, isDense, splitRows } from './layout.ts';

/** Floats that one task of a scatter adds side by side; narrow tables are left to one task. */
const stripe = 64;

interface Sizes {
  readonly outer: number;
  /** Rows of the table, and indices. */
  readonly rows: number;
  readonly picks: number;
  readonly width: number;
}

/** Sizes where all operands lie one behind the other in 4-byte elements; null where they do not. */
function sizesOf(table: View, picked: View, indices: View, axis: number): Sizes | null {
  if (![table, picked, indices].every(isDense)) return null;
  if (indices.dtype !== 'int32' || table.dtype !== picked.dtype) return null;
  const product = (sizes: readonly number[]): number => sizes.reduce((n, s) => n * s, 1);
  return {
    outer: product(table.shape.slice(0, axis)),
    rows: table.shape[axis],
    picks: product(indices.shape),
    width: product(table.shape.slice(axis + 1)),
  };
}

export function gather(
  [table, indices]: readonly View[],
  [picked]: readonly View[],
  { axis }: GatherAttributes,
  phases: PhaseList,
): boolean {
  const sizes = sizesOf(table, picked, indices, axis);
  if (!sizes || sizes.rows === 0 || (table.dtype !== 'float32' && table.dtype !== 'int32'))
    return false;
  const { outer, rows, picks, width } = sizes;
  const { rowsPerTask, tasks } = splitRows(outer * picks, width);
  phases.run(
    gatherKernel(width),
    [
      addressOf(table),
      addressOf(indices),
      addressOf(picked),
      outer * picks,
      rowsPerTask,
      picks,
      rows,
    ],
    tasks,
  );
  return true;
}

function gatherKernel(width: number): KernelSpec {
  return {
    key: `gather|${width}`,
    write: (b) => {
      const [table, indices, picked, count, perTask, picks, rows] = [0, 1, 2, 3, 4, 5, 6].map((i) =>
        b.arg(i),
      );
      const first = b.let(b.task.mul(perTask));
      const end = b.let(first.add(perTask));
      b.set(end, end.lt(count).select(end, count));
      b.for(first, end, 1, (pick) => {
        const index = indexAt(b, indices, pick.remU(picks), rows);
        const from = b.let(
          table.add(
            pick
              .divU(picks)
              .mul(rows)
              .add(index)
              .mul(width * 4),
          ),
        );
        const to = b.let(picked.add(pick.mul(width * 4)));
        overWidth(b, width, (offset, lanes) => {
          b.storeFirst(lanes, to.add(offset), 0, b.loadFirst(lanes, b.let(from.add(offset))));
        });
      });
    },
  };
}

/** An index, held inside the table: a wrong one may give a wrong row, never foreign memory. */
function indexAt(b: KernelBuilder, indices: Value, position: Value, rows: Value): Value {
  const index = b.let(b.load('i32', b.let(indices.add(position.shl(2)))));
  const last = b.let(rows.sub(1));
  return b.let(index.ltU(rows).select(index, last));
}

/** Vectors of a row in a loop, then what is left. */
function overWidth(
  b: KernelBuilder,
  width: number,
  body: (offset: Value, lanes: number) => void,
): void {
  const whole = Math.floor(width / b.lanes) * b.lanes;
  if (whole) b.for(0, whole * 4, b.vectorBytes, (offset) => body(offset, b.lanes));
  if (width % b.lanes) body(b.i32(whole * 4), width % b.lanes);
}

/** Adds are done in the order of the indices: tasks share columns among them, never rows. */
export function scatter(
  [updates, indices]: readonly View[],
  [table]: readonly View[],
  { axis, mode }: ScatterAttributes,
  phases: PhaseList,
): boolean {
  const sizes = sizesOf(table, updates, indices, axis);
  if (!sizes || sizes.rows === 0 || table.dtype !== 'float32') return false;
  const { outer, rows, picks, width } = sizes;
  const stripes = Math.ceil(width / stripe);
  if (outer * stripes > 2048) return false;
  phases.run(
    scatterKernel(width, mode),
    [addressOf(updates), addressOf(indices), addressOf(table), picks, rows],
    outer * stripes,
  );
  return true;
}

function scatterKernel(width: number, mode: ScatterAttributes['mode']): KernelSpec {
  const stripes = Math.ceil(width / stripe);
  return {
    key: `scatter|${width}|${mode}`,
    write: (b) => {
      const [updates, indices, table, picks, rows] = [0, 1, 2, 3, 4].map((i) => b.arg(i));
      const outer = b.let(b.task.divU(stripes));
      const column = b.let(b.task.remU(stripes).mul(stripe * 4));
      const put = (columns: number) =>
        b.for(0, picks, 1, (pick) => {
          const index = indexAt(b, indices, pick, rows);
          const from = b.let(
            updates
              .add(
                outer
                  .mul(picks)
                  .add(pick)
                  .mul(width * 4),
              )
              .add(column),
          );
          const to = b.let(
            table
              .add(
                outer
                  .mul(rows)
                  .add(index)
                  .mul(width * 4),
              )
              .add(column),
          );
          overWidth(b, columns, (offset, lanes) => {
            const value = b.let(b.loadFirst(lanes, b.let(from.add(offset))));
            const at = b.let(to.add(offset));
            b.storeFirst(lanes, at, 0, mode === 'add' ? b.loadFirst(lanes, at).add(value) : value);
          });
        });
      const last = width - (stripes - 1) * stripe;
      if (stripes === 1 || last === stripe) put(Math.min(width, stripe));
      else {
        b.if(
          column.eq((stripes - 1) * stripe * 4),
          () => put(last),
          () => put(stripe),
        );
      }
    },
  };
}
