import { defineConfig, type Plugin } from 'vite';

/** A page that opens from a folder can have no module scripts: one plain script, run when the page is there. */
const plainScript: Plugin = {
  name: 'plain-script',
  transformIndexHtml: {
    order: 'post',
    handler: (html) =>
      html
        .replace(/<script type="module" crossorigin/, '<script defer')
        .replace('crossorigin ', ''),
  },
};

export default defineConfig({
  base: './',
  plugins: [plainScript],
  worker: { format: 'iife' },
  build: {
    target: 'es2022',
    modulePreload: false,
    cssCodeSplit: false,
    rollupOptions: {
      output: {
        format: 'iife',
        entryFileNames: 'board.js',
        assetFileNames: 'board.[ext]',
      },
    },
  },
});
