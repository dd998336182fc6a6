import type { Platform } from '../platform.ts';
import { Sha256 } from '../sha256.ts';

export const platformName = 'browser';

export const environment: Platform['environment'] = () => undefined;

export const hardwareConcurrency: Platform['hardwareConcurrency'] = () =>
  globalThis.navigator?.hardwareConcurrency ?? 1;

export const allowRelaxedSimd: Platform['allowRelaxedSimd'] = () => {};

export const sha256: Platform['sha256'] = async (data) => {
  const hash = new Sha256();
  if (data instanceof Uint8Array) return hash.update(data).digest();
  for await (const chunk of data.chunks()) hash.update(chunk);
  return hash.digest();
};

export const packageFolder: Platform['packageFolder'] = async () => null;

export const spawnWorker: Platform['spawnWorker'] = (url, data) => {
  const worker = new Worker(url, { type: 'module' });
  if (data !== undefined) worker.postMessage(data);
  return {
    postMessage: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    onMessage: (listen) => worker.addEventListener('message', ({ data }) => listen(data)),
    onError: (listen) =>
      worker.addEventListener('error', ({ error, message }) => listen(error ?? new Error(message))),
    terminate: () => worker.terminate(),
    unref: () => {}, // a page does not wait for its workers
  };
};
