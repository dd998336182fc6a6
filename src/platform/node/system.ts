import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Platform } from '../platform.ts';

export const platformName = 'node';

export const environment: Platform['environment'] = (name) => process.env[name];

export const hardwareConcurrency: Platform['hardwareConcurrency'] = () => availableParallelism();

export const allowRelaxedSimd: Platform['allowRelaxedSimd'] = () => {
  // Node 20 has it, switched off; later ones know no such switch.
  if (process.versions.node.startsWith('20.')) {
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
};

export const sha256: Platform['sha256'] = async (data) => {
  const hash = createHash('sha256');
  if (data instanceof Uint8Array) hash.update(data);
  else for await (const chunk of data.chunks()) hash.update(chunk);
  return hash.digest('hex');
};

export const packageFolder: Platform['packageFolder'] = async (name) => {
  // Beside this package first; then beside the program, for a package that was linked in.
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), 'program.js'))]) {
    try {
      const folder = dirname(createRequire(from).resolve(`${name}/package.json`));
      await access(folder);
      return folder;
    } catch {
      // not installed there
    }
  }
  return null;
};

export const spawnWorker: Platform['spawnWorker'] = (url, data) => {
  // Workers are plain JavaScript: loaders that the program was started with would only cost time.
  const worker = new Worker(url, { execArgv: [] });
  if (data !== undefined) worker.postMessage(data);
  return {
    postMessage: (message, transfer = []) => worker.postMessage(message, transfer),
    onMessage: (listen) => void worker.on('message', listen),
    onError: (listen) => void worker.on('error', listen),
    terminate: () => void worker.terminate(),
    unref: () => worker.unref(),
  };
};
