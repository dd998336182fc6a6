import { PlainError } from '../engine/plain-error.ts';

// The service worker gives what is in this cache where the server does not answer.
const cacheName = 'gradus-lab';

/** Files that lessons load when they need them; the others are the pages themselves. */
const isHeavy = (file: string): boolean => /^(models|data|hub)\//.test(file);

async function files(): Promise<string[]> {
  const response = await fetch('./files.json');
  if (!response.ok) throw new Error('there is no list of files');
  return (await response.json()) as string[];
}

/** Puts files into the cache unless they are there with a name that tells their contents. */
async function put(cache: Cache, paths: readonly string[], onDone?: () => void): Promise<void> {
  for (const path of paths) {
    const fixed = path.startsWith('assets/');
    if (!(fixed && (await cache.match(`./${path}`)))) await cache.add(`./${path}`);
    onDone?.();
  }
}

/** Keeps the pages after the first visit, so that they open without the server; quietly does nothing where that is not allowed. */
export async function keepShell(): Promise<void> {
  if (!('serviceWorker' in navigator) || !isSecureContext) return;
  try {
    await navigator.serviceWorker.register('./service-worker.js');
    const shell = (await files()).filter((file) => !isHeavy(file));
    const cache = await caches.open(cacheName);
    await put(cache, ['', 'files.json', ...shell]);
    // What an older version of the pages had.
    const wanted = new Set(shell.map((file) => new URL(`./${file}`, location.href).href));
    for (const { url } of await cache.keys()) {
      if (url.includes('/assets/') && !wanted.has(url)) await cache.delete(url);
    }
    document.documentElement.dataset.kept = 'shell';
  } catch {
    // The pages work as before, with their server.
  }
}

const full = new PlainError({
  en: 'This browser’s storage is full, so not everything could be kept. Free some space on the disk, or delete data of other sites, and try again.',
  zh: '此浏览器的存储空间已满，未能全部保存。请清理磁盘或删除其他网站的数据后再试。',
});
const forbidden = new PlainError({
  en: 'This browser does not let the page keep files (a private window, or an address without https). The lessons work while the server runs.',
  zh: '此浏览器不允许页面保存文件（隐私窗口，或地址没有 https）。服务器运行时各课照常可用。',
});
const unreachable = new PlainError({
  en: 'The server did not give all files. Is it still running?',
  zh: '服务器没有提供全部文件。它还在运行吗？',
});

/** Throws a plain sentence where the browser keeps nothing. */
async function requireStorage(): Promise<Cache> {
  if (!('caches' in globalThis) || !('serviceWorker' in navigator)) throw forbidden;
  try {
    const opening = indexedDB.open('gradus-trial');
    await new Promise<void>((resolve, reject) => {
      opening.onsuccess = () => resolve();
      opening.onerror = () => reject(opening.error);
    });
    opening.result.close();
    indexedDB.deleteDatabase('gradus-trial');
    return await caches.open(cacheName);
  } catch {
    throw forbidden;
  }
}

/** Bytes that the data sets take in the browser. */
const dataBytes = 120e6;

async function requireRoom(): Promise<void> {
  const { quota, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  if (quota !== undefined && quota - usage < dataBytes) throw full;
}

/** A plain sentence for what kept the browser from keeping files. */
function sentenceOf(error: unknown): Error {
  if (error instanceof PlainError) return error;
  const { name } = error as Error;
  if (name === 'QuotaExceededError') return full;
  if (name === 'SecurityError' || name === 'InvalidStateError') return forbidden;
  return name === 'TypeError' ? unreachable : (error as Error);
}

/** Keeps the files of all lessons. `onProgress` hears the share that is done. */
export async function keepFiles(onProgress: (share: number) => void): Promise<void> {
  try {
    const cache = await requireStorage();
    await requireRoom();
    await navigator.storage?.persist?.();
    const networks = (await (await fetch('./hub/list.json')).json()) as string[];
    const all = [
      ...['', 'files.json', ...(await files())],
      ...networks.map((name) => `hub/${name}/model.safetensors`),
    ];
    let done = 0;
    await put(cache, all, () => onProgress(++done / all.length));
  } catch (error) {
    throw sentenceOf(error);
  }
}
