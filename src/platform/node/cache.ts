import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { downloadInto, type OpenUrl, openHttp, type PartialFile } from '../download.ts';
import { type DownloadRequest, type Platform, PlatformError } from '../platform.ts';
import { explained } from './errors.ts';
import { openPath, pathOf, renameOver } from './files.ts';
import { sha256 } from './system.ts';

export const cacheFolder: Platform['cacheFolder'] = () => {
  const { GRADUS_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (GRADUS_CACHE) return GRADUS_CACHE;
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'gradus', 'cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'gradus');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'gradus');
};

/** The path of a file of the cache, which never leaves its folder. */
function pathOfKey(key: string): string {
  const names = key.split('/');
  if (names.some((name) => !/^[\w.-]+$/.test(name) || /^\.+$/.test(name))) {
    throw new PlatformError('unsupported', `'${key}' cannot be the name of a cached file`);
  }
  return join(cacheFolder(), ...names);
}

export const openCached: Platform['openCached'] = async (key) => {
  try {
    return await openPath(pathOfKey(key));
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'missing') return null;
    throw error;
  }
};

export const removeCached: Platform['removeCached'] = (key) => rm(pathOfKey(key), { force: true });

/** Two callers that want one file share its download. */
const running = new Map<string, Promise<void>>();

export const download: Platform['download'] = async (request) => {
  const path = pathOfKey(request.key);
  const other = running.get(path);
  const own = other ?? fetchToCache(path, request).finally(() => running.delete(path));
  if (!other) running.set(path, own);
  await own;
  return openPath(path);
};

async function fetchToCache(path: string, request: DownloadRequest): Promise<void> {
  await explained('making', dirname(path), () => mkdir(dirname(path), { recursive: true }));
  const unlock = await lock(`${path}.lock`);
  // Where another process is at it, this one works beside it, on a file that nobody will continue.
  const unfinished = unlock ? `${path}.part` : `${path}.${randomUUID()}.part`;
  const partial: PartialFile = {
    size: async () => (await stat(unfinished).catch(() => ({ size: 0 }))).size,
    append: (chunk) => explained('writing', unfinished, () => appendFile(unfinished, chunk)),
    reset: () => rm(unfinished, { force: true }),
  };
  try {
    await downloadInto(partial, request, openUrl, () => verify(unfinished, request));
    await renameOver(unfinished, path);
  } finally {
    if (unlock) await unlock();
    else await partial.reset();
  }
}

/** Makes the lock file, or gives null where a living process holds it. */
async function lock(path: string): Promise<(() => Promise<void>) | null> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = await open(path, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(await readFile(path, 'utf8').catch(() => ''));
      if (owner > 0 && owner !== process.pid && isAlive(owner)) return null;
      await rm(path, { force: true });
    }
  }
  return null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // alive, but another user's
  }
}

async function verify(path: string, request: DownloadRequest): Promise<void> {
  const { key, size, sha256: expected, acceptOther } = request;
  const file = await openPath(path);
  try {
    const received = await sha256(file);
    if (file.size === size && received === expected) return;
    if (await acceptOther?.check(file)) return;
    const what = `expected ${size} bytes with sha256 ${expected}, received ${file.size} with ${received}`;
    throw new PlatformError('checksum', what, key);
  } finally {
    await file.close();
  }
}

/** http and https; everything else is a path or file address of a mirror on a disk. */
const openUrl: OpenUrl = async (url, from, signal) => {
  if (/^https?:/i.test(url)) return openHttp(url, from, signal);
  const path = pathOf(url);
  const { size } = await explained('reading', path, () => stat(path));
  const start = from < size ? from : 0;
  return { start, body: createReadStream(path, { start, signal }) };
};
