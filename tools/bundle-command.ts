import { cpSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { root } from './command.ts';

/**
 * Bundles the command line into a folder two levels below the root: a process that loads hundreds of small modules has lost half a
 * second before it starts. What only some commands need stays in files of its own; workers lie beside, and weights and fonts
 * are those of the package, in ../hub and ../plot.
 */
export function bundleCommand(folder: string): void {
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
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  for (const worker of files.filter((file) => file.endsWith('.worker.js'))) {
    cpSync(join(root, 'src', worker), join(folder, basename(worker)));
  }
}
