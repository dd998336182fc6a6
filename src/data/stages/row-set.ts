import { permutedIndices } from '../../ops/random/permutation.ts';
import { leavesOf, mapLeaves, type Structure } from '../element.ts';
import { rowsLeaf, type Source } from '../leaf.ts';
import type { Steps } from '../steps.ts';
import { passKey } from './order.ts';

/** Rows of arrays in some order: as long as nothing else is asked of them, batches are cut out of them at once. */
export interface RowSet {
  readonly sources: Structure<Source>;
  readonly count: number;
  /** Indices of the rows for a pass; null for all as they are. */
  order(epoch: number): Int32Array | null;
}

function* ready({ sources }: RowSet): Generator<Promise<unknown>, void, void> {
  for (const source of leavesOf(sources)) if (source.ready) yield source.ready;
}

/** The rows one by one. */
export function* rowItems(rows: RowSet, epoch: number): Steps {
  yield* ready(rows);
  const order = rows.order(epoch);
  for (let i = 0; i < rows.count; i++) {
    yield { structure: mapLeaves(rows.sources, (s) => rowsLeaf(s, order, i, null)), scope: null };
  }
}

/** The rows in batches, none of which has been copied yet. */
export function* rowBatches(
  rows: RowSet,
  size: number,
  dropRemainder: boolean,
  epoch: number,
): Steps {
  yield* ready(rows);
  const order = rows.order(epoch);
  for (let start = 0; start < rows.count; start += size) {
    const count = Math.min(size, rows.count - start);
    if (count < size && dropRemainder) return;
    const cut = (source: Source) => rowsLeaf(source, order, start, count);
    yield { structure: mapLeaves(rows.sources, cut), scope: null };
  }
}

/** Rows `start` to `stop` of the order. */
export function sliceRows(rows: RowSet, start: number, stop: number): RowSet {
  const count = Math.max(0, Math.min(stop, rows.count) - start);
  const order = (epoch: number): Int32Array | null => {
    const whole = rows.order(epoch);
    if (whole) return whole.subarray(start, start + count);
    return start === 0 ? null : Int32Array.from({ length: count }, (_, i) => start + i);
  };
  return { sources: rows.sources, count, order };
}

/** The rows in another random order for each pass, or in the same for all. */
export function permuteRows(rows: RowSet, key: Int32Array, reshuffle: boolean): RowSet {
  const order = (epoch: number): Int32Array => {
    const before = rows.order(epoch);
    const shuffled = permutedIndices(rows.count, passKey(key, reshuffle ? epoch : 0));
    return before ? shuffled.map((i) => before[i]) : shuffled;
  };
  return { sources: rows.sources, count: rows.count, order };
}
