import { type Expr, input } from '../../../expr/index.ts';
import type { View } from '../../../tensor/index.ts';
import type { MatMulAttributes } from '../../kernels.ts';
import { type KernelBuilder, panelColumns, type Value } from '../builder/index.ts';
import type { KernelSpec, PhaseList } from '../phases.ts';
import { accumulateAhead, type Upcoming } from './accumulate-ahead.ts';
import { elementwise } from './elementwise.ts';
import { canLower } from './formula.ts';
import { addressOf, scratchView, up } from './layout.ts';
import { writePanel } from './panels.ts';
import { plain, reduceColumns } from './reduce.ts';
import { accumulate, fillTile, loadTile, newTile, storeTile, type Tile, zeroTile } from './tile.ts';

/** Products summed before a block moves on: a panel of them stays in the first-level cache. */
const depthBlock = 256;
/** From this many rows on, packing the right side costs less than reading it with large strides. */
const packFromRows = 16;
/** From this many rows on, there is time to fetch a panel while the one before it is worked through. */
const fetchFromRows = 40;
/** Rows that share a packed panel: what they read of the left side stays in the second-level cache. */
const mostRows = 256;

/** A product c[m, n] = a[m, k] b[k, n] with everything that the code depends on; strides in elements. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly aRow: number;
  readonly aColumn: number;
  readonly bRow: number;
  readonly bColumn: number;
  readonly cRow: number;
  readonly bias: boolean;
  readonly activation: Expr | null;
}

interface Blocking {
  readonly rows: number;
  readonly columns: number;
  readonly tasks: number;
}

export function matMul(
  [a, b, bias]: readonly View[],
  [c]: readonly View[],
  { activation }: MatMulAttributes,
  phases: PhaseList,
): boolean {
  if (![a, b, c, ...(bias ? [bias] : [])].every((v) => v.dtype === 'float32')) return false;
  if (activation && !canLower(activation)) return false;
  const rank = c.shape.length;
  const [m, n] = [c.shape[rank - 2], c.shape[rank - 1]];
  const k = a.shape[rank - 1];
  if (k === 0 || c.strides[rank - 1] !== 1 || c.strides[rank - 2] < 0) return false;
  if (bias && bias.strides[0] !== 1) return false;
  const left = positive(a, phases);
  const right = unitStride(b, phases);
  const product: Product = {
    m,
    n,
    k,
    aRow: m === 1 ? 0 : left.strides[rank - 2],
    aColumn: left.strides[rank - 1],
    bRow: right.strides[rank - 2],
    bColumn: right.strides[rank - 1],
    cRow: c.strides[rank - 2],
    bias: bias !== undefined,
    activation,
  };
  const biasAt = bias ? addressOf(bias) : 0;
  for (const [ai, bi, ci] of batches(left, right, c)) {
    emitProduct(product, ai, bi, ci, biasAt, phases);
  }
  return true;
}

/** Addresses of the matrices of each batch element. */
function* batches(a: View, b: View, c: View): Generator<[number, number, number]> {
  const batch = c.shape.slice(0, -2);
  const count = batch.reduce((n, s) => n * s, 1);
  for (let i = 0; i < count; i++) {
    let rest = i;
    const at = [addressOf(a), addressOf(b), addressOf(c)];
    for (let axis = batch.length - 1; axis >= 0; axis--) {
      const index = rest % batch[axis];
      rest = (rest - index) / batch[axis];
      [a, b, c].forEach((v, j) => {
        at[j] += index * v.strides[axis] * 4;
      });
    }
    yield at as [number, number, number];
  }
}

const copyOf = (view: View, phases: PhaseList): View => {
  const copy = scratchView(view.shape, phases);
  elementwise([view], [copy], { formulas: [input(0)] }, phases);
  return copy;
};

const positive = (view: View, phases: PhaseList): View =>
  view.strides.slice(-2).some((s) => s < 0) ? copyOf(view, phases) : view;

/** Rows must lie apart: the loop over them ends by their address. */
const unitStride = (view: View, phases: PhaseList): View => {
  const [row, column] = view.strides.slice(-2);
  const apart = row > 0 || view.shape.at(-2) === 1;
  return apart && column >= 0 && (row === 1 || column === 1) ? view : copyOf(view, phases);
};

export function emitProduct(
  product: Product,
  a: number,
  b: number,
  c: number,
  bias: number,
  phases: PhaseList,
): void {
  const slices = sliceCount(product);
  if (slices > 1) {
    const { m, n, k } = product;
    const depth = Math.ceil(k / slices);
    const used = Math.ceil(k / depth);
    const between = phases.scratch(used * m * n * 4);
    for (let s = 0; s < used; s++) {
      const part = { ...product, k: Math.min(depth, k - s * depth), cRow: n };
      const at = s * depth * 4;
      runBlocks(
        part,
        a + at * product.aColumn,
        b + at * product.bRow,
        between + s * m * n * 4,
        0,
        phases,
      );
    }
    reduceColumns(plain({ op: 'sum' }), 1, used, m * n, [between], c, phases);
    return;
  }
  runBlocks(product, a, b, c, bias, phases);
}

/** A long sum over few results is cut into slices, by shape alone, that are summed in a fixed tree. */
function sliceCount({ m, n, k, bias, activation, cRow }: Product): number {
  if (bias || activation || cRow !== n || m * n > 16384 || k < 4096) return 1;
  return Math.min(16, Math.floor(k / 1024));
}

function runBlocks(
  product: Product,
  a: number,
  b: number,
  c: number,
  bias: number,
  phases: PhaseList,
): void {
  const blocking = blockingOf(product, panelColumns(phases.target));
  phases.run(productKernel(product, blocking), [a, b, c, bias], blocking.tasks);
}

/** Blocks small enough to share among threads, large enough to pay for packing. */
function blockingOf({ m, n, k }: Product, panel: number): Blocking {
  let columns = Math.min(up(n, panel), 128);
  let rows = Math.min(m, up(Math.ceil(m / Math.ceil(m / mostRows)), 8));
  const tasks = (): number => Math.ceil(m / rows) * Math.ceil(n / columns);
  while (tasks() < 16 && rows * columns * k > 2 ** 16) {
    if (columns > Math.max(16, panel)) columns = up(columns / 2, panel);
    else if (rows > 16) rows = up(rows / 2, 8);
    else break;
  }
  while (tasks() > 2048) {
    if (rows < m) rows *= 2;
    else columns *= 2;
  }
  return { rows, columns, tasks: tasks() };
}

/** args: a, b, c, bias. Task t is block t % column blocks of row block t / column blocks. */
function productKernel(product: Product, blocking: Blocking): KernelSpec {
  const { m, n, k, aRow, aColumn, bRow, bColumn, cRow, bias, activation } = product;
  const packed = blocking.rows >= packFromRows || bColumn !== 1;
  return {
    key: `matMul|${[m, n, k, aRow, aColumn, bRow, bColumn, cRow, bias, blocking.rows, blocking.columns]}|${activation?.key ?? ''}`,
    scratch: packed ? Math.min(k, depthBlock) * (blocking.columns + 32) * 4 : 0,
    write: (b) => {
      const [aBase, bBase, cBase, biasBase] = [0, 1, 2, 3].map((i) => b.arg(i));
      const columnBlocks = Math.ceil(n / blocking.columns);
      const firstRow = b.let(b.task.divU(columnBlocks).mul(blocking.rows));
      const firstColumn = b.let(b.task.remU(columnBlocks).mul(blocking.columns));
      const lastRow = least(b, firstRow.add(blocking.rows), m);
      const lastColumn = least(b, firstColumn.add(blocking.columns), n);
      const panel = panelColumns(b.target);
      const { tileRows } = b.target;
      const tail = n % panel;
      b.for(0, k, depthBlock, (from) => {
        const depth = least(b, b.i32(k).sub(from), depthBlock);
        const whole = lastColumn.sub(panel);
        const block = b.let(b.scratch);
        const columnWork = (column: Value, columns: number) => {
          const right = b.let(bBase.add(from.mul(bRow * 4)).add(column.mul(bColumn * 4)));
          if (packed) {
            const layout = { rowStride: bRow, columnStride: bColumn };
            writePanel(b, layout, right, block, depth, columns);
          }
          const rowWork = (row: Value, rows: number) => {
            const tile = newTile(b, rows, columns);
            const out = b.let(cBase.add(row.mul(cRow * 4)).add(column.shl(2)));
            if (k <= depthBlock) startTile(b, tile, bias, biasBase.add(column.shl(2)));
            else {
              b.if(
                from.eq(0),
                () => startTile(b, tile, bias, biasBase.add(column.shl(2))),
                () => loadTile(b, tile, out, cRow * 4),
              );
            }
            const factors = {
              left: b.let(aBase.add(row.mul(aRow * 4)).add(from.mul(aColumn * 4))),
              leftRow: aRow * 4,
              leftStep: aColumn * 4,
              right: b.let(packed ? block : right),
              rightStep: packed ? panel * 4 : bRow * 4,
              padded: packed,
            };
            /** The rows of c below the tile; and of the next panel's source, this tile's share. */
            const upcoming = (count: number): Upcoming[] => {
              const bytes = columns * 4;
              const below = b.let(out.add(rows * cRow * 4));
              const results: Upcoming = { from: below, rowBytes: cRow * 4, rows, bytes, level: 1 };
              if (!packed || bColumn !== 1 || columns < panel || blocking.rows < fetchFromRows) {
                return [results];
              }
              const rowBytes = bRow * 4;
              const share = Math.ceil((count * tileRows) / blocking.rows);
              const index = row.sub(firstRow).divU(tileRows);
              const from = b.let(right.add(bytes).add(index.mul(share * rowBytes)));
              return [results, { from, rowBytes, rows: share, bytes, level: 2 }];
            };
            const ahead = b.target.prefetches && rows === tileRows;
            accumulateDepth(b, depth, k, (count) => {
              if (ahead) accumulateAhead(b, tile, factors, count, upcoming(count));
              else accumulate(b, tile, factors, count);
            });
            if (!activation || k <= depthBlock) storeTile(b, tile, out, cRow * 4, activation);
            else {
              b.if(
                from.add(depthBlock).ge(k),
                () => storeTile(b, tile, out, cRow * 4, activation),
                () => storeTile(b, tile, out, cRow * 4),
              );
            }
          };
          const row = b.let(firstRow);
          const lastWhole = lastRow.sub(tileRows);
          if (m >= tileRows) {
            b.if(row.le(lastWhole), () =>
              b.repeat(
                () => {
                  rowWork(row, tileRows);
                  b.set(row, row.add(tileRows));
                },
                () => row.le(lastWhole),
              ),
            );
          }
          if (m % tileRows) b.if(row.lt(lastRow), () => rowWork(row, m % tileRows));
        };
        const column = b.let(firstColumn);
        if (n >= panel) {
          b.if(column.le(whole), () =>
            b.repeat(
              () => {
                columnWork(column, panel);
                b.set(column, column.add(panel));
              },
              () => column.le(whole),
            ),
          );
        }
        if (tail) b.if(column.lt(lastColumn), () => columnWork(column, tail));
      });
    },
  };
}

/** Work on a block's depth, which is known when the kernel is made: `depthBlock`, or what is left of k. */
function accumulateDepth(
  b: KernelBuilder,
  depth: Value,
  k: number,
  work: (count: number) => void,
): void {
  const rest = k % depthBlock;
  if (k <= depthBlock) work(k);
  else if (rest === 0) work(depthBlock);
  else {
    b.if(
      depth.eq(depthBlock),
      () => work(depthBlock),
      () => work(rest),
    );
  }
}

const startTile = (b: KernelBuilder, tile: Tile, bias: boolean, address: Value): void =>
  bias ? fillTile(b, tile, b.let(address)) : zeroTile(b, tile);

const least = (b: KernelBuilder, x: Value, y: number): Value => {
  const value = b.let(x);
  return b.let(value.lt(y).select(value, y));
};
