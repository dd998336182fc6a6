import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GradusError } from '../../tensor/index.ts';

/** A file of the page, as it is sent. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

/** All that the page consists of: no other file can be asked for. */
const names = {
  'index.html': 'text/html; charset=utf-8',
  'board.js': 'text/javascript; charset=utf-8',
  'board.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

/** The folder that the build puts the page into. */
export function pageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  // This file may run from src, from dist or bundled into the command line.
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) {
    folder = dirname(folder);
  }
  return join(folder, 'dist/apps/board');
}

/** Reads the page's files. */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const [name, type] of Object.entries(names)) {
    const path = join(folder, name);
    if (!existsSync(path)) {
      throw new GradusError(`board: the page is not built (${path} is missing); npm run build`);
    }
    files.set(name, { type, body: readFileSync(path) });
  }
  return files;
}
