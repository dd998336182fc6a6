import { blobFile } from '../blob-file.ts';
import { downloadInto, openHttp, type PartialFile } from '../download.ts';
import { type Platform, PlatformError } from '../platform.ts';
import { sha256 } from './system.ts';

const dataBase = 'gradus-cache';
const table = 'files';

export const cacheFolder: Platform['cacheFolder'] = () => `indexeddb:${dataBase}`;

export const openCached: Platform['openCached'] = async (key) => {
  const blob = await load(key);
  return blob && blobFile(blob, key);
};

export const removeCached: Platform['removeCached'] = (key) => store(key, null);

export const download: Platform['download'] = async (request) => {
  const { key, size, sha256: expected, acceptOther } = request;
  const unfinished = `${key}.part`;
  let parts: Blob[] = [];
  const before = await load(unfinished);
  if (before) parts.push(before);
  const whole = () => new Blob(parts);
  const partial: PartialFile = {
    size: async () => parts.reduce((sum, part) => sum + part.size, 0),
    append: async (chunk) => void parts.push(new Blob([chunk as Uint8Array<ArrayBuffer>])),
    reset: async () => void (parts = []),
  };
  const verify = async () => {
    const file = blobFile(whole(), key);
    const received = await sha256(file);
    if (file.size === size && received === expected) return;
    if (await acceptOther?.check(file)) return;
    const what = `expected ${size} bytes with sha256 ${expected}, received ${file.size} with ${received}`;
    throw new PlatformError('checksum', what, key);
  };
  try {
    await downloadInto(partial, request, openHttp, verify);
  } catch (error) {
    await store(unfinished, parts.length > 0 ? whole() : null);
    throw error;
  }
  const blob = whole();
  await store(key, blob);
  await store(unfinished, null);
  return blobFile(blob, key);
};

/** Takes the place of the data base where the browser has none (private windows, full disks). */
const inMemory = new Map<string, Blob>();

async function load(key: string): Promise<Blob | null> {
  const found = inMemory.get(key);
  if (found) return found;
  try {
    const stored = await transact('readonly', (files) => files.get(key));
    return stored instanceof Blob ? stored : null;
  } catch {
    return null;
  }
}

/** Keeps a file, or removes it where `blob` is null. */
async function store(key: string, blob: Blob | null): Promise<void> {
  inMemory.delete(key);
  try {
    await transact('readwrite', (files) => (blob ? files.put(blob, key) : files.delete(key)));
  } catch {
    if (blob) inMemory.set(key, blob);
  }
}

async function transact(
  mode: IDBTransactionMode,
  work: (files: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const opening = indexedDB.open(dataBase, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(table);
  const connection = await new Promise<IDBDatabase>((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  try {
    const transaction = connection.transaction(table, mode);
    const request = work(transaction.objectStore(table));
    return await new Promise<unknown>((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    connection.close();
  }
}
