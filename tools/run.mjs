// Runs a TypeScript file of this repository: node tools/run.mjs FILE [ARGUMENT…]
// `gradus` and `#platform` mean src/ (the "source" condition), so nothing is built first.
import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const hooks = new URL('./typescript.mjs', import.meta.url).href;
const node = ['--conditions=source', '--enable-source-maps', `--import=${hooks}`];

process.on('SIGINT', () => {}); // the child decides what Ctrl-C means
const { status, signal, error } = spawnSync(process.execPath, [...node, ...process.argv.slice(2)], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
});
if (error) throw error;
process.exitCode = status ?? 128 + (constants.signals[signal] ?? 0);
