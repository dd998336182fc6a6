import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import {
  access,
  type FileHandle,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  asBytes,
  blobFile,
  checkBudget,
  checkRange,
  collect,
  readChunks,
  sourceName,
} from '../blob-file.ts';
import { fetchBytes } from '../fetch-bytes.ts';
import {
  type Bytes,
  type Platform,
  PlatformError,
  type RandomAccessFile,
  type WritableData,
} from '../platform.ts';
import { explain, explained, explainedSync } from './errors.ts';

export const defaultMaxBytes = 2 * 2 ** 30;

const isAddress = (source: string | URL): boolean => /^(https?|data):/i.test(String(source));

/** The path of a file that is named by a path or a file URL. */
export function pathOf(path: string | URL): string {
  if (typeof path === 'string' && !/^file:/i.test(path)) return path;
  return fileURLToPath(path);
}

export const readFile: Platform['readFile'] = async (source, options = {}) => {
  const { maxBytes = defaultMaxBytes, signal } = options;
  const name = sourceName(source);
  if (source instanceof Blob) {
    checkBudget(name, source.size, maxBytes);
    return new Uint8Array(await source.arrayBuffer());
  }
  if (source instanceof ArrayBuffer || source instanceof Uint8Array) {
    checkBudget(name, source.byteLength, maxBytes);
    return asBytes(source);
  }
  if (isAddress(source)) return fetchBytes(String(source), { maxBytes, signal });
  const path = pathOf(source);
  return explained('reading', path, async () => {
    const handle = await open(path);
    try {
      const stat = await handle.stat();
      // A pipe or a device has no size: it is counted while it comes.
      if (!stat.isFile()) {
        const stream = handle.createReadStream({ autoClose: false, signal });
        return await collect(path, stream, maxBytes);
      }
      checkBudget(path, stat.size, maxBytes);
      return await readExactly(handle, path, 0, stat.size);
    } finally {
      await handle.close();
    }
  });
};

async function readExactly(
  handle: FileHandle,
  name: string,
  offset: number,
  length: number,
): Promise<Bytes> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    // A single read takes less than 2 GiB.
    const most = Math.min(length - at, 2 ** 30);
    const { bytesRead } = await handle.read(bytes, at, most, offset + at);
    if (bytesRead === 0) {
      throw new PlatformError('truncated', `${name} became shorter while it was read`, name);
    }
    at += bytesRead;
  }
  return bytes;
}

export const openFile: Platform['openFile'] = async (source, options = {}) => {
  const { maxBytes = defaultMaxBytes } = options;
  const name = sourceName(source);
  const isPath = typeof source === 'string' || source instanceof URL;
  if (isPath && !isAddress(source)) {
    const file = await openPath(pathOf(source));
    try {
      checkBudget(file.name, file.size, maxBytes);
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }
  if (source instanceof Blob) {
    checkBudget(name, source.size, maxBytes);
    return blobFile(source, name);
  }
  return blobFile(new Blob([await readFile(source, options)]), name);
};

/** Opens a file of the disk, however large. */
export async function openPath(path: string): Promise<RandomAccessFile> {
  const handle = await explained('opening', path, () => open(path));
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    const what = stat.isDirectory() ? 'a folder' : 'a pipe or a device';
    throw new PlatformError('unsupported', `opening ${path}: it is ${what}, not a file`, path);
  }
  const { size } = stat;
  const read = (offset: number, length: number): Promise<Bytes> => {
    checkRange(path, size, offset, length);
    return explained('reading', path, () => readExactly(handle, path, offset, length));
  };
  return {
    name: path,
    size,
    read: async (offset, length) => read(offset, length),
    chunks: (chunkBytes) => readChunks(size, read, chunkBytes),
    close: () => handle.close(),
  };
}

export const writeFileAtomic: Platform['writeFileAtomic'] = async (target, data) => {
  const named = pathOf(target);
  const path = await realpath(named).catch(() => named); // a link stays a link
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  let handle: FileHandle | undefined;
  try {
    handle = await open(temporary, 'wx');
    for await (const chunk of piecesOf(data)) await handle.writeFile(chunk);
    await handle.sync();
    await handle.close();
    await renameOver(temporary, path);
  } catch (error) {
    await handle?.close().catch(() => undefined); // it may be closed already
    await rm(temporary, { force: true });
    throw explain('writing', path, error);
  }
};

function piecesOf(data: WritableData): Iterable<Uint8Array | string> | AsyncIterable<Uint8Array> {
  return typeof data === 'string' || data instanceof Uint8Array ? [data] : data;
}

/**
 * Renames a closed file to a name that may be taken. Windows refuses for as long as another program (a virus scanner,
 * an editor) has the old file open, which is mostly a matter of milliseconds.
 */
export async function renameOver(from: string, to: string): Promise<void> {
  for (let wait = 5; ; wait *= 2) {
    try {
      return await rename(from, to);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const busy = code === 'EPERM' || code === 'EACCES' || code === 'EBUSY';
      if (process.platform !== 'win32' || !busy || wait > 1000) throw error;
      await sleep(wait);
    }
  }
}

export const openAppend: Platform['openAppend'] = async (target) => {
  const path = pathOf(target);
  const handle = await explained('opening', path, () => open(path, 'a'));
  return {
    write: (data) => explained('writing', path, () => handle.appendFile(data)),
    flush: () => explained('writing', path, () => handle.sync()),
    close: () => handle.close(),
  };
};

export const openAppendSync: Platform['openAppendSync'] = (target, { mustBeNew = false } = {}) => {
  const path = pathOf(target);
  const handle = explainedSync('opening', path, () => {
    mkdirSync(dirname(path), { recursive: true });
    try {
      return openSync(path, mustBeNew ? 'ax' : 'a');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
      throw error;
    }
  });
  if (handle === null) return null;
  return {
    write: (data) =>
      explainedSync('writing', path, () => {
        for (let at = 0; at < data.length; ) at += writeSync(handle, data, at);
      }),
    flush: () => explainedSync('writing', path, () => fsyncSync(handle)),
    close: () => closeSync(handle),
  };
};

export const listFolder: Platform['listFolder'] = async (folder) => {
  const path = pathOf(folder);
  const entries = await explained('reading', path, () => readdir(path, { withFileTypes: true }));
  const isFolder = (name: string) =>
    stat(join(path, name)).then(
      (what) => what.isDirectory(),
      () => false, // a link that leads nowhere
    );
  return Promise.all(
    entries
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (entry) => {
        const folder = entry.isSymbolicLink() ? await isFolder(entry.name) : entry.isDirectory();
        return { name: entry.name, kind: folder ? 'folder' : 'file' };
      }),
  );
};

export const makeFolder: Platform['makeFolder'] = async (folder) => {
  const path = pathOf(folder);
  await explained('making', path, () => mkdir(path, { recursive: true }));
};

export const exists: Platform['exists'] = (target) =>
  access(pathOf(target)).then(
    () => true,
    () => false,
  );

export const removeFile: Platform['removeFile'] = async (target) => {
  const path = pathOf(target);
  await explained('removing', path, () => rm(path, { force: true }));
};

export const joinPath: Platform['joinPath'] = (folder, ...names) => {
  if (typeof folder === 'string' && !/^(https?|file):/i.test(folder)) return join(folder, ...names);
  const url = new URL(folder);
  if (url.protocol === 'file:') return join(fileURLToPath(url), ...names);
  return [url.href.replace(/\/$/, ''), ...names.map(encodeURIComponent)].join('/');
};
