// Builds every page of apps/ with Vite: apps/NAME -> dist/apps/NAME, as its vite.config.ts says.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { root } from './command.ts';

/** The pages by name. */
export const appNames = (): readonly string[] =>
  readdirSync(join(root, 'apps'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => existsSync(join(root, 'apps', name, 'index.html')));

/** Builds one page into a folder, which is emptied before. An app's own settings are in its vite.config.ts. */
export async function buildApp(name: string, outDir: string): Promise<void> {
  const folder = join(root, 'apps', name);
  const config = join(folder, 'vite.config.ts');
  await build({
    root: folder,
    configFile: existsSync(config) ? config : false,
    // The package's own sources, as everything in the repository: no build has to come before this one.
    resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    ...(existsSync(config) ? {} : { base: './', worker: { format: 'es' } }),
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: true,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 5000,
      // A machine that is busy is no fault of a plugin.
      rollupOptions: { checks: { pluginTimings: false } },
    },
  });
}

/** Builds all pages into dist/apps. */
export async function buildApps(): Promise<void> {
  for (const name of appNames()) await buildApp(name, join(root, 'dist/apps', name));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildApps();
