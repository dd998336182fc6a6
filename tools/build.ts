// npm run build: src/*.ts -> dist/*.js with types and source maps, and the workers copied as they are.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { command, root } from './command.ts';

const stamp = join(root, '.cache/built');

function sources(): string[] {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => /\.(ts|js)$/.test(file) && !file.endsWith('.test.ts'));
}

/** Builds `dist` from nothing. Throws with the compiler's report when the types do not hold. */
export function build(): void {
  rmSync(stamp, { force: true });
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const { status, stdout } = command('tsc', ['-p', 'tsconfig.build.json'], { capture: true });
  if (status !== 0) throw new Error(`the build failed\n${stdout}`);
  for (const file of sources()) {
    if (!file.endsWith('.js')) continue; // a worker: plain JavaScript, run as it is
    mkdirSync(dirname(join(root, 'dist', file)), { recursive: true });
    cpSync(join(root, 'src', file), join(root, 'dist', file));
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, '');
}

function isStale(): boolean {
  if (!existsSync(stamp) || !existsSync(join(root, 'dist'))) return true;
  const built = statSync(stamp).mtimeMs;
  const files = sources().map((file) => join('src', file));
  // Folders are included: a file that was removed changes its folder's time.
  const folders = new Set(files.map((file) => dirname(file)));
  const inputs = ['package.json', 'tsconfig.json', 'tsconfig.build.json', ...files, ...folders];
  return inputs.some((input) => statSync(join(root, input)).mtimeMs > built);
}

/** Builds only when a source is newer than the last build. */
export function buildIfStale(): void {
  if (isStale()) build();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    build();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
