// npm run -s bench -- NAME [OPTION…]: runs bench/NAME.ts in a process of its own, on the built
// package as a user has it, and prints what it prints.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build as bundle } from 'esbuild';
import { buildIfStale } from './build.ts';
import { root } from './command.ts';

const [name, ...options] = process.argv.slice(2);
const source = join(root, 'bench', `${name}.ts`);
if (!name || !existsSync(source)) {
  const names = readdirSync(join(root, 'bench')).filter((file) => file.endsWith('.ts'));
  console.error(`usage: npm run -s bench -- NAME [OPTION…]`);
  console.error(`NAME is one of ${names.map((file) => file.slice(0, -3)).join(', ')}`);
  process.exit(2);
}

buildIfStale();
// Inside the package's own folder, so that `gradus` in it means this package's dist.
const outfile = join(root, '.cache/bench', `${name}.js`);
await bundle({
  entryPoints: [source],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
});
const { status, error } = spawnSync(process.execPath, [outfile, ...options], { stdio: 'inherit' });
if (error) throw error;
process.exitCode = status ?? 1;
