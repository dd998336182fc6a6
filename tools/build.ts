// npm run build: src/*.ts -> dist/*.js with types and source maps, and the workers copied as they are;
// the command line in few files, so that it starts fast; the pages of apps/.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleCommand } from './bundle-command.ts';
import { command, root } from './command.ts';

const stamp = join(root, '.cache/built');
/** A worker is plain JavaScript and runs as it is; weights and fonts are data, with the fonts' licence. */
const copied = /\.(js|safetensors|ttf)$|(^|[/\\])OFL\.txt$/;

function sources(): string[] {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => /(?<!\.(test|golden))\.ts$/.test(file) || copied.test(file));
}

// The compiler rewrites './x.ts' to './x.js' in code, but not in declarations, where a user's
// compiler would look for a file that is not there.
function rewriteDeclarations(): void {
  for (const name of readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = join(root, 'dist', name);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/(['"])(\.{1,2}\/[^'"\n]*)\.ts\1/g, '$1$2.js$1'));
  }
}

/** Builds `dist` from nothing; where types do not hold, prints the compiler's report and ends. */
export function build(): void {
  rmSync(stamp, { force: true });
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const { status, stdout } = command('tsc', ['-p', 'tsconfig.build.json'], { capture: true });
  if (status !== 0) {
    console.error(`the build failed\n${stdout}`);
    process.exit(1);
  }
  for (const file of sources()) {
    if (!copied.test(file)) continue;
    mkdirSync(dirname(join(root, 'dist', file)), { recursive: true });
    cpSync(join(root, 'src', file), join(root, 'dist', file));
  }
  rewriteDeclarations();
  bundleCommand(join(root, 'dist/cli'));
  if (command('run', ['tools/build-apps.ts']).status !== 0) process.exit(1);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, '');
}

function isStale(): boolean {
  if (!existsSync(stamp) || !existsSync(join(root, 'dist'))) return true;
  const built = statSync(stamp).mtimeMs;
  const files = sources().map((file) => join('src', file));
  // Folders are included: a file that was removed changes its folder's time.
  const folders = new Set(files.map((file) => dirname(file)));
  const pages = readdirSync(join(root, 'apps'), { recursive: true, encoding: 'utf8' });
  const inputs = [
    ...['package.json', 'tsconfig.json', 'tsconfig.build.json', ...files, ...folders],
    ...pages.map((file) => join('apps', file)),
  ];
  return inputs.some((input) => statSync(join(root, input)).mtimeMs > built);
}

/** Builds only when a source is newer than the last build. */
export function buildIfStale(): void {
  if (isStale()) build();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) build();
