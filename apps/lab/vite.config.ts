import { defineConfig } from 'vite';

/** What the builder says of its own speed, and of modules that the package also imports at once, is no warning here. */
const checks = { pluginTimings: false, ineffectiveDynamicImport: false };

export default defineConfig({
  // Any folder of any web server will do.
  base: './',
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
