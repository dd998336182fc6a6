import { cacheFolder, exists, joinPath, PlatformError, type RandomAccessFile } from '#platform';
import { openBytes } from '../data/index.ts';
import { FormatError } from '../tensor/index.ts';
import { type PublishedFile, readCached, readDownloaded } from './cached-file.ts';
import type { LoadOptions } from './options.ts';

/** Words and their ranks: 1 is the most frequent word. */
export type WordIndex = ReadonlyMap<string, number>;

const fileName = 'imdb_word_index.json';
// Keras has its MD5, bfafd718b763782e994055a2d397834f, which belongs to the file with this SHA-256 sum.
const published: PublishedFile = {
  key: `imdb/${fileName}`,
  urls: [`https://storage.googleapis.com/tensorflow/tf-keras-datasets/${fileName}`],
  size: 1_641_221,
  sha256: '027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6',
};

/**
 * The ranks of the 88,584 words of the IMDB reviews. In reviews that were loaded, a word's number is its rank plus `indexFrom`.
 * From `path` (the file or a folder that has it), or from the cache, or downloaded into it (1.6 MiB).
 * @example const index = await datasets.imdb.getWordIndex(); index.get('the'); // 1
 */
export async function getWordIndex(options: LoadOptions = {}): Promise<WordIndex> {
  const { path, source } = options;
  if (path !== undefined) return readPath(path);
  if (source === 'package') {
    throw new PlatformError('missing', 'imdb: no npm package has it; leave source out');
  }
  const cached = source === 'download' ? null : await readCached(published, readIndex);
  if (cached) return cached;
  if (source === 'cache') {
    throw new PlatformError('missing', `imdb: ${published.key} is not in ${cacheFolder()}`);
  }
  return readDownloaded(published, options, readIndex);
}

/** Whether a folder has the index. */
export const hasWordIndex = (folder: string | URL): Promise<boolean> =>
  exists(joinPath(folder, fileName));

async function readPath(path: string | URL): Promise<WordIndex> {
  const place = String(path).endsWith('.json') ? path : joinPath(path, fileName);
  const file = await openBytes(place);
  try {
    return await readIndex(file);
  } finally {
    await file.close();
  }
}

async function readIndex(file: RandomAccessFile): Promise<WordIndex> {
  const text = new TextDecoder().decode(await file.read(0, file.size));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`no JSON: ${(error as Error).message}`, { file: file.name });
  }
  // Any word may be a key, `constructor` too: they are only ever own properties here.
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FormatError('no object of words', { file: file.name });
  }
  const index = new Map<string, number>();
  for (const [word, rank] of Object.entries(value)) {
    if (!Number.isInteger(rank) || rank < 1 || rank > 2 ** 30) {
      const received = String(rank).slice(0, 20);
      throw new FormatError(`bad rank of '${word}'`, { file: file.name, received });
    }
    index.set(word, rank);
  }
  return index;
}
