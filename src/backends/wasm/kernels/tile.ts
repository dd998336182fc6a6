import type { Expr } from '../../../expr/index.ts';
import type { KernelBuilder, Value } from '../builder/index.ts';
import { FormulaWriter } from './formula.ts';

/** A block of results held in registers: rows times vectors of neighbouring columns. */
export interface Tile {
  readonly rows: number;
  /** Columns; the last vector is partial where they are no multiple of the lanes. */
  readonly columns: number;
  readonly sums: readonly (readonly Value[])[];
}

const vectorsOf = (b: KernelBuilder, columns: number): number => Math.ceil(columns / b.lanes);
/** Lanes of vector `v` that hold columns. */
const lanesOf = (b: KernelBuilder, columns: number, v: number): number =>
  Math.min(b.lanes, columns - v * b.lanes);

/** A tile of zeros. */
export function newTile(b: KernelBuilder, rows: number, columns: number): Tile {
  const vectors = vectorsOf(b, columns);
  const sums = Array.from({ length: rows }, () =>
    Array.from({ length: vectors }, () => b.let(b.zero())),
  );
  return { rows, columns, sums };
}

/** Fills every row of the tile with the same vectors: a bias. */
export function fillTile(b: KernelBuilder, tile: Tile, address: Value): void {
  tile.sums[0].forEach((_, v) => {
    const bias = b.let(b.loadFirst(lanesOf(b, tile.columns, v), address, v * b.vectorBytes));
    for (const row of tile.sums) b.set(row[v], bias);
  });
}

export function zeroTile(b: KernelBuilder, tile: Tile): void {
  for (const row of tile.sums) for (const sum of row) b.set(sum, b.zero());
}

export function loadTile(b: KernelBuilder, tile: Tile, address: Value, rowBytes: number): void {
  tile.sums.forEach((row, r) => {
    row.forEach((sum, v) => {
      const lanes = lanesOf(b, tile.columns, v);
      b.set(sum, b.loadFirst(lanes, address, r * rowBytes + v * b.vectorBytes));
    });
  });
}

/** Stores the tile, through `activation` if there is one. */
export function storeTile(
  b: KernelBuilder,
  tile: Tile,
  address: Value,
  rowBytes: number,
  activation: Expr | null = null,
): void {
  tile.sums.forEach((row, r) => {
    row.forEach((sum, v) => {
      const value = activation ? new FormulaWriter(b, 'f32v', [sum]).write(activation) : sum;
      const lanes = lanesOf(b, tile.columns, v);
      b.storeFirst(lanes, address, r * rowBytes + v * b.vectorBytes, value);
    });
  });
}

/** Where the factors of a tile's products lie. Distances are in bytes and known when the kernel is made. */
export interface Factors {
  /** Variable pointing at the first left factor; it is moved. */
  readonly left: Value;
  readonly leftRow: number;
  readonly leftStep: number;
  /** Variable pointing at the first vector of right factors; it is moved. */
  readonly right: Value;
  readonly rightStep: number;
  /** Whether the right side is padded to whole vectors, so that it may be read in full. */
  readonly padded: boolean;
}

/** Steps in one round of a loop of sums, where the target unrolls it. */
export const mostSteps = 4;

/**
 * tile[r][c] += sum over i < count of left[r][i] * right[i][c], in ascending i, each product rounded with its sum.
 * `count` is at least 1.
 */
export function accumulate(
  b: KernelBuilder,
  tile: Tile,
  { left, leftRow, leftStep, right, rightStep, padded }: Factors,
  count: Value | number,
): void {
  const steps =
    b.target.unrolls && typeof count === 'number'
      ? ([mostSteps, 2, 1].find((n) => count % n === 0) as number)
      : 1;
  const end = b.let(
    right.add(typeof count === 'number' ? count * rightStep : count.mul(rightStep)),
  );
  const body = () => {
    for (let step = 0; step < steps; step++) {
      const vectors = tile.sums[0].map((_, v) => {
        const lanes = padded ? b.lanes : lanesOf(b, tile.columns, v);
        return b.let(b.loadFirst(lanes, right, step * rightStep + v * b.vectorBytes));
      });
      tile.sums.forEach((row, r) => {
        const factor = b.let(b.loadSplat(left, r * leftRow + step * leftStep));
        row.forEach((sum, v) => {
          b.set(sum, b.multiplyAdd(factor, vectors[v], sum));
        });
      });
    }
    b.set(left, left.add(leftStep * steps));
    b.set(right, right.add(rightStep * steps));
  };
  if (typeof count === 'number' && count === steps) body();
  else b.repeat(body, () => right.ne(end));
}
