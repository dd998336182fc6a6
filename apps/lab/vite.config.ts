import { readdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** Writes files.json, the list of all files of the site: what a page keeps to work without its server. */
function listOfFiles(): Plugin {
  let folder = '';
  return {
    name: 'list-of-files',
    configResolved: ({ root, build }) => {
      folder = resolve(root, build.outDir);
    },
    closeBundle: () => {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) =>
          relative(folder, join(parentPath, name)).split(sep).join('/'),
        )
        .filter((file) => file !== 'files.json' && file !== 'service-worker.js');
      writeFileSync(join(folder, 'files.json'), JSON.stringify(files.sort()));
    },
  };
}

/** What the builder says of its own speed, and of modules that the package also imports at once, is no warning here. */
const checks = { pluginTimings: false, ineffectiveDynamicImport: false };

export default defineConfig({
  // Any folder of any web server will do.
  base: './',
  plugins: [listOfFiles()],
  resolve: { conditions: ['source', 'browser', 'module', 'import', 'default'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es', rolldownOptions: { checks } },
  build: {
    rolldownOptions: { checks },
    target: 'es2022',
    // The page's policy allows files of its own origin alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
});
