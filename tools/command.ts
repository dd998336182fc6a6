import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root folder, with a separator at its end. */
export const root: string = fileURLToPath(new URL('..', import.meta.url));

const entries = {
  tsc: 'node_modules/typescript/bin/tsc',
  vitest: 'node_modules/vitest/vitest.mjs',
  biome: 'node_modules/@biomejs/biome/bin/biome',
  run: 'tools/run.mjs',
};

/**
 * Runs a JavaScript command of the project with this Node: no shell and no PATH, so that it is the
 * same on every system. `capture` keeps the output instead of showing it.
 */
export function command(
  name: keyof typeof entries,
  args: readonly string[],
  { capture = false, timeout }: { capture?: boolean; timeout?: number } = {},
): SpawnSyncReturns<string> {
  const result = spawnSync(process.execPath, [entries[name], ...args], {
    cwd: root,
    stdio: capture ? 'pipe' : 'inherit',
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout,
  });
  if (result.error && !('code' in result.error && result.error.code === 'ETIMEDOUT')) {
    throw result.error;
  }
  return result;
}

/** Seconds since `start` (a `performance.now()`), as a column of a report. */
export function seconds(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
