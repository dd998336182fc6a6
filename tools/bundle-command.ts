import { cpSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { root } from './command.ts';

/**
 * Replaces `dist/cli` by a bundle: a process that loads hundreds of small modules has lost half a second before it starts. What
 * only some commands need stays in files of its own. `workers` (paths in `src`) are copied beside it, where the code that starts
 * them looks for them.
 */
export function bundleCommand(workers: readonly string[]): void {
  const folder = join(root, 'dist/cli');
  rmSync(folder, { recursive: true, force: true });
  buildSync({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    outdir: folder,
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    packages: 'external',
    conditions: ['source'],
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  for (const worker of workers) cpSync(join(root, 'src', worker), join(folder, basename(worker)));
}
