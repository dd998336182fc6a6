import type { CacheLevel, KernelBuilder, Value } from '../builder/index.ts';
import { accumulate, type Factors, mostSteps, type Tile } from './tile.ts';

/** Rows of memory that are needed soon. */
export interface Upcoming {
  /** Variable pointing at the first row; it is moved. */
  readonly from: Value;
  readonly rowBytes: number;
  readonly rows: number;
  /** What is needed of each row, in bytes. */
  readonly bytes: number;
  readonly level: CacheLevel;
}

const lineBytes = 64;
/** Products between two requests: memory delivers no faster. */
const leastProducts = 8;

/** `accumulate`, interrupted as often as the tile has rows to ask for some of what is needed soon. */
export function accumulateAhead(
  b: KernelBuilder,
  tile: Tile,
  factors: Factors,
  count: number,
  upcoming: readonly Upcoming[],
): void {
  const parts = Math.max(1, Math.min(tile.rows, Math.floor(count / leastProducts)));
  const rounds = Math.floor(count / (mostSteps * parts));
  const length = rounds > 0 ? rounds * mostSteps : count;
  b.for(0, parts, 1, () => {
    for (const { from, rowBytes, rows, bytes, level } of upcoming) {
      const each = Math.ceil(rows / parts);
      for (let row = 0; row < each; row++) {
        for (let at = 0; at < bytes; at += lineBytes) b.prefetch(level, from, row * rowBytes + at);
      }
      b.set(from, from.add(each * rowBytes));
    }
    accumulate(b, tile, factors, length);
  });
  const rest = count - parts * length;
  if (rest > 0) accumulate(b, tile, factors, rest);
}
