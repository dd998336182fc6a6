import { asBytes, blobFile, checkBudget, collect, sourceName } from '../blob-file.ts';
import { fetchBytes } from '../fetch-bytes.ts';
import { type Platform, PlatformError, type WritableData } from '../platform.ts';

export const defaultMaxBytes = 512 * 2 ** 20;

/** A path is an address relative to the page. */
const addressOf = (path: string | URL): string =>
  new URL(path, globalThis.document?.baseURI ?? globalThis.location.href).href;

export const readFile: Platform['readFile'] = async (source, options = {}) => {
  const { maxBytes = defaultMaxBytes, signal } = options;
  if (source instanceof Blob) {
    checkBudget(sourceName(source), source.size, maxBytes);
    return new Uint8Array(await source.arrayBuffer());
  }
  if (source instanceof ArrayBuffer || source instanceof Uint8Array) {
    checkBudget(sourceName(source), source.byteLength, maxBytes);
    return asBytes(source);
  }
  return fetchBytes(addressOf(source), { maxBytes, signal });
};

export const openFile: Platform['openFile'] = async (source, options = {}) => {
  const name = sourceName(source);
  if (source instanceof Blob) {
    checkBudget(name, source.size, options.maxBytes ?? defaultMaxBytes);
    return blobFile(source, name);
  }
  return blobFile(new Blob([await readFile(source, options)]), name);
};

export const writeFileAtomic: Platform['writeFileAtomic'] = async (target, data) => {
  const { document } = globalThis;
  if (!document) throw unsupported('writing a file', 'send its bytes to the page with postMessage');
  const href = URL.createObjectURL(new Blob([await wholeOf(data)]));
  const link = document.createElement('a');
  link.href = href;
  link.download = String(target).replace(/^.*\//, '');
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // the browser may still be reading it
};

async function wholeOf(data: WritableData): Promise<Uint8Array<ArrayBuffer> | string> {
  if (typeof data === 'string') return data;
  if (data instanceof Uint8Array) return asBytes(data);
  async function* pieces() {
    yield* data as AsyncIterable<Uint8Array>;
  }
  return collect('the file', pieces(), Number.POSITIVE_INFINITY);
}

export const exists: Platform['exists'] = async (target) =>
  (await fetch(addressOf(target), { method: 'HEAD' })).ok;

export const joinPath: Platform['joinPath'] = (folder, ...names) =>
  [String(folder).replace(/\/$/, ''), ...names.map(encodeURIComponent)].join('/');

export const openAppend: Platform['openAppend'] = async () => {
  throw unsupported('appending to a file');
};
export const openAppendSync: Platform['openAppendSync'] = () => {
  throw unsupported('appending to a file');
};
export const listFolder: Platform['listFolder'] = async () => {
  throw unsupported('listing a folder', 'pass the File objects of an <input type="file" multiple>');
};
export const makeFolder: Platform['makeFolder'] = async () => {
  throw unsupported('making a folder');
};
export const removeFile: Platform['removeFile'] = async () => {
  throw unsupported('removing a file');
};

function unsupported(what: string, instead?: string): PlatformError {
  const wayOut = instead ? `; ${instead}` : '';
  return new PlatformError('unsupported', `${what} is not possible in a browser${wayOut}`);
}
