import { resolve } from 'node:path';
import { PlatformError, type PlatformErrorCode } from '../platform.ts';

const known: Record<string, readonly [PlatformErrorCode, string]> = {
  ENOENT: ['missing', 'there is no such file or folder'],
  ENOTDIR: ['missing', 'a part of the path is not a folder'],
  EISDIR: ['unsupported', 'it is a folder, not a file'],
  EACCES: ['denied', 'access is denied'],
  EPERM: ['denied', 'the system does not permit it'],
  EROFS: ['denied', 'the disk is read-only'],
  ENOSPC: ['failed', 'the disk is full'],
  EBUSY: ['failed', 'it is in use by another program'],
  EMFILE: ['failed', 'too many files are open'],
};

/** Tells in words what went wrong with a file; other errors stay as they are. */
export function explain(doing: string, path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (error instanceof PlatformError || code === undefined) return error;
  const [kind, words] = known[code] ?? ['failed', (error as Error).message];
  return new PlatformError(kind, `${doing} ${resolve(path)}: ${words}`, path, error);
}

/** Runs `f` and explains its errors. */
export async function explained<T>(doing: string, path: string, f: () => Promise<T>): Promise<T> {
  try {
    return await f();
  } catch (error) {
    throw explain(doing, path, error);
  }
}

/** `explained` for code that cannot wait. */
export function explainedSync<T>(doing: string, path: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    throw explain(doing, path, error);
  }
}
