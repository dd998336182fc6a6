import { input } from '../../../expr/index.ts';
import type { View } from '../../../tensor/index.ts';
import type { ReduceAttributes, Reduction } from '../../kernels.ts';
import type { FloatType, Value } from '../builder/index.ts';
import type { KernelSpec, PhaseList } from '../phases.ts';
import { elementwise } from './elementwise.ts';
import { canLower, FormulaWriter } from './formula.ts';
import { addressOf, isDenseFloat, scratchView, splitRows } from './layout.ts';

const combine: Partial<Record<Reduction, (a: Value, b: Value) => Value>> = {
  sum: (a, b) => a.add(b),
  prod: (a, b) => a.mul(b),
  max: (a, b) => a.max(b),
  min: (a, b) => a.min(b),
};
const start: Partial<Record<Reduction, number>> = {
  sum: 0,
  prod: 1,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};

/** Partial sums along contiguous elements: what makes a sum the same whatever the vector's width. */
const partials = 16;
/** Elements of a row that one task reduces; longer rows are cut into segments, which are then reduced in turn. */
const segmentLength = 16384;
/** Rows that one task adds up column by column; more are cut into segments, as above. */
const columnRows = 512;
const mostSegments = 64;
/** Up to so many rows, a slice of the first axis is not cut. */
const mostSliceRows = 2048;

/**
 * Rows of a segment of `length` that are added up column by column. The rows that make up a slice of the first axis, such
 * as the pixels of an image, stay together: who goes through the slices one by one finds the same sums.
 */
export function segmentRows(length: number, sliceRows: number): number {
  const segments = Math.min(mostSegments, Math.ceil(length / columnRows));
  const rows = Math.ceil(length / segments);
  return sliceRows <= mostSliceRows ? Math.ceil(rows / sliceRows) * sliceRows : rows;
}

/** Axes joined into [outer, reduced, inner]: the reduced elements of an output lie `inner` apart. */
function blocks(view: View, axes: readonly number[]): [number, number, number] | null {
  const reduced = new Set(axes);
  const kept = view.shape.map((size, i) => ({ size, reduced: reduced.has(i) }));
  const groups: { size: number; reduced: boolean }[] = [];
  for (const axis of kept) {
    if (axis.size === 1) continue;
    const last = groups.at(-1);
    if (last && last.reduced === axis.reduced) last.size *= axis.size;
    else groups.push({ ...axis });
  }
  const sizes = groups.map((g) => g.size);
  const pattern = groups.map((g) => (g.reduced ? 'r' : 'k')).join('');
  switch (pattern) {
    case '':
      return [1, 1, 1];
    case 'r':
      return [1, sizes[0], 1];
    case 'k':
      return [1, 1, sizes[0]];
    case 'kr':
      return [sizes[0], sizes[1], 1];
    case 'rk':
      return [1, sizes[0], sizes[1]];
    case 'krk':
      return [sizes[0], sizes[1], sizes[2]];
    default:
      return null;
  }
}

export function reduce(
  inputs: readonly View[],
  [output]: readonly View[],
  { op, formula, axes }: ReduceAttributes,
  phases: PhaseList,
): boolean {
  if (!combine[op] || !canLower(formula) || !isDenseFloat(output)) return false;
  const sizes = blocks(inputs[0], axes);
  if (!sizes || sizes.includes(0)) return false;
  if (!inputs.every(isDenseFloat)) {
    // Operands that are broadcast or lie apart: first the values, then what becomes of them.
    const values = scratchView(inputs[0].shape, phases);
    if (!elementwise(inputs, [values], { formulas: [formula] }, phases)) return false;
    return reduce([values], [output], { op, formula: input(0), axes }, phases);
  }
  const [outer, length, inner] = sizes;
  const pointers = inputs.map(addressOf);
  const target = addressOf(output);
  const identity = { op, formulaKey: formula.key, inputs: inputs.length, formula };
  if (inner === 1) reduceRows(identity, outer, length, pointers, target, phases);
  else {
    const firstReduced = inputs[0].shape[Math.min(...axes)];
    const lengths = { length, sliceRows: outer === 1 ? length / firstReduced : 1 };
    reduceColumns(identity, outer, lengths, inner, pointers, target, phases);
  }
  return true;
}

export interface Work {
  readonly op: Reduction;
  readonly formula: ReduceAttributes['formula'];
  readonly formulaKey: string;
  readonly inputs: number;
}

/** The values themselves, combined: the second pass over segments. */
export const plain = ({ op }: { readonly op: Reduction }): Work => ({
  op,
  formula: input(0),
  formulaKey: input(0).key,
  inputs: 1,
});

function reduceRows(
  work: Work,
  outer: number,
  length: number,
  pointers: readonly number[],
  target: number,
  phases: PhaseList,
): void {
  const segments = Math.min(mostSegments, Math.ceil(length / segmentLength));
  if (segments === 1) {
    const { rowsPerTask, tasks } = splitRows(outer, length);
    phases.run(
      rowKernel(work),
      [outer, length, length, 1, rowsPerTask, target, ...pointers],
      tasks,
    );
    return;
  }
  const perSegment = Math.ceil(length / segments / partials) * partials;
  const used = Math.ceil(length / perSegment);
  const between = phases.scratch(outer * used * 4);
  phases.run(
    rowKernel(work),
    [outer * used, perSegment, length, used, 1, between, ...pointers],
    outer * used,
  );
  reduceRows(plain(work), outer, used, [between], target, phases);
}

/**
 * args: rows, elements a row, elements of the whole row, segments a whole row, rows per task, output, inputs….
 * Row r is segment r % segments of whole row r / segments.
 */
function rowKernel({ op, formula, formulaKey, inputs }: Work): KernelSpec {
  const join = combine[op] as (a: Value, b: Value) => Value;
  return {
    key: `reduceRows|${op}|${formulaKey}|${inputs}`,
    write: (b) => {
      const [rows, width, whole, segments, perTask, out] = [0, 1, 2, 3, 4, 5].map((i) => b.arg(i));
      const bases = Array.from({ length: inputs }, (_, i) => b.arg(6 + i));
      const first = b.let(b.task.mul(perTask));
      const end = b.let(first.add(perTask));
      b.set(end, end.lt(rows).select(end, rows));
      b.for(first, end, 1, (row) => {
        const segment = b.let(row.remU(segments));
        const from = b.let(segment.mul(width));
        const count = b.let(whole.sub(from));
        b.set(count, count.lt(width).select(count, width));
        const begin = b.let(row.divU(segments).mul(whole).add(from).mul(4));
        const pointers = bases.map((base) => b.let(base.add(begin)));
        const value = (type: FloatType, offset: number) =>
          new FormulaWriter(
            b,
            type,
            pointers.map((p) => b.let(b.load(type, p, offset))),
          ).write(formula);
        const identity = start[op] as number;
        const sums = Array.from({ length: partials / b.lanes }, () =>
          b.let(b.constant('f32v', identity)),
        );
        const left = b.let(count);
        b.if(left.ge(partials), () =>
          b.repeat(
            () => {
              sums.forEach((sum, i) => {
                b.set(sum, join(sum, value('f32v', i * b.vectorBytes)));
              });
              for (const p of pointers) b.set(p, p.add(partials * 4));
              b.set(left, left.sub(partials));
            },
            () => left.ge(partials),
          ),
        );
        const total = b.let(b.joinPartials(sums, join));
        b.if(left.gt(0), () =>
          b.repeat(
            () => {
              b.set(total, join(total, value('f32', 0)));
              for (const p of pointers) b.set(p, p.add(4));
              b.set(left, left.sub(1));
            },
            () => left.gt(0),
          ),
        );
        b.store(out.add(row.shl(2)), 0, total);
      });
    },
  };
}

/** How many rows are added up, and how many of them make up a slice of the first axis. */
interface Rows {
  readonly length: number;
  readonly sliceRows: number;
}

/** Adds up `length` rows of `inner` columns, `outer` times. */
export function reduceColumns(
  work: Work,
  outer: number,
  rows: number | Rows,
  inner: number,
  pointers: readonly number[],
  target: number,
  phases: PhaseList,
): void {
  const { length, sliceRows } = typeof rows === 'number' ? { length: rows, sliceRows: 1 } : rows;
  const perSegment = segmentRows(length, sliceRows);
  const used = Math.ceil(length / perSegment);
  const out = used === 1 ? target : phases.scratch(outer * used * inner * 4);
  const columnsPerTask = Math.max(64, Math.ceil(inner / 1024 / 64) * 64);
  const columnTasks = Math.ceil(inner / columnsPerTask);
  const blocksPerTask = Math.ceil((outer * used * columnTasks) / 2048);
  phases.run(
    columnKernel(work),
    [
      outer * used,
      perSegment,
      length,
      used,
      inner,
      columnsPerTask,
      columnTasks,
      blocksPerTask,
      out,
      ...pointers,
    ],
    Math.ceil((outer * used * columnTasks) / blocksPerTask),
  );
  if (used > 1) reduceColumns(plain(work), outer, used, inner, [out], target, phases);
}

/** args: blocks, rows a block, rows of the whole, segments, columns, columns a task, tasks a block, pieces a task, output, inputs…. */
function columnKernel({ op, formula, formulaKey, inputs }: Work): KernelSpec {
  const join = combine[op] as (a: Value, b: Value) => Value;
  return {
    key: `reduceColumns|${op}|${formulaKey}|${inputs}`,
    write: (b) => {
      const [blockCount, height, whole, segments, inner, columns, columnTasks, perTask, out] = [
        0, 1, 2, 3, 4, 5, 6, 7, 8,
      ].map((i) => b.arg(i));
      const bases = Array.from({ length: inputs }, (_, i) => b.arg(9 + i));
      const rowBytes = b.let(inner.shl(2));
      const first = b.let(b.task.mul(perTask));
      const end = b.let(first.add(perTask));
      const last = b.let(blockCount.mul(columnTasks));
      b.set(end, end.lt(last).select(end, last));
      b.for(first, end, 1, (piece) => {
        const block = b.let(piece.divU(columnTasks));
        const from = b.let(block.remU(segments).mul(height));
        const rows = b.let(whole.sub(from));
        b.set(rows, rows.lt(height).select(rows, height));
        const column = b.let(piece.remU(columnTasks).mul(columns));
        const stop = b.let(column.add(columns));
        b.set(stop, stop.lt(inner).select(stop, inner));
        const begin = b.let(
          block.divU(segments).mul(whole).add(from).mul(inner).add(column).shl(2),
        );
        const starts = bases.map((base) => b.let(base.add(begin)));
        const to = b.let(out.add(block.mul(inner).add(column).shl(2)));
        const pass = (type: FloatType, width: number, vectors: number) => {
          const sums = Array.from({ length: vectors }, () =>
            b.let(b.constant(type, start[op] as number)),
          );
          const pointers = starts.map((p) => b.let(p));
          b.for(0, rows, 1, () => {
            sums.forEach((sum, i) => {
              const loaded = pointers.map((p) => b.let(b.load(type, p, i * width * 4)));
              b.set(sum, join(sum, new FormulaWriter(b, type, loaded).write(formula)));
            });
            for (const p of pointers) b.set(p, p.add(rowBytes));
          });
          sums.forEach((sum, i) => {
            b.store(to, i * width * 4, sum);
          });
          const step = vectors * width;
          for (const p of starts) b.set(p, p.add(step * 4));
          b.set(to, to.add(step * 4));
          b.set(column, column.add(step));
        };
        const loop = (type: FloatType, width: number, vectors: number) => {
          const limit = stop.sub(width * vectors);
          b.if(column.le(limit), () =>
            b.repeat(
              () => pass(type, width, vectors),
              () => column.le(limit),
            ),
          );
        };
        loop('f32v', b.lanes, 4);
        loop('f32v', b.lanes, 1);
        loop('f32', 1, 1);
      });
    },
  };
}
