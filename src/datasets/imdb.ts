import {
  cacheFolder,
  exists,
  joinPath,
  openCached,
  PlatformError,
  type RandomAccessFile,
} from '#platform';
import { openBytes, type Sequences, tensorFromArray } from '../data/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { type PublishedFile, readCached, readDownloaded } from './cached-file.ts';
import {
  encodeRanks,
  encodeReviews,
  type RankedReviews,
  type ReviewEncoding,
} from './encode-reviews.ts';
import type { FoundData, LoadOptions } from './options.ts';
import { findTexts, type ReviewReader, readNpz } from './ranked-reviews.ts';
import { splitWords } from './split-words.ts';
import { getWordIndex, hasWordIndex, type WordIndex } from './word-index.ts';

export type { ReviewEncoding } from './encode-reviews.ts';
export { getWordIndex, hasWordIndex, type WordIndex } from './word-index.ts';

/** Where the reviews come from, and how their words become numbers. */
export type ImdbOptions = LoadOptions & ReviewEncoding;

/** Reviews as lists of numbers, and labels: 1 where a review is positive. */
export type Reviews<Labels> = [train: [x: Sequences, y: Labels], test: [x: Sequences, y: Labels]];

const archiveName = 'imdb.npz';
// As Keras has it.
const published: PublishedFile = {
  key: `imdb/${archiveName}`,
  urls: [`https://storage.googleapis.com/tensorflow/tf-keras-datasets/${archiveName}`],
  size: 17_464_789,
  sha256: '69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f',
};

/**
 * Movie reviews from IMDB (Maas et al. 2011), 25,000 to train on and 25,000 to test, as lists of numbers of words; labels uint8
 * [n], 1 for a positive review. Options, defaults, order and numbers are those of Keras' `imdb.load_data`. The reviews come from
 * `path`, or the cache, or are downloaded into it (17 MiB). A path is Keras' `imdb.npz`, or a folder with that file, with
 * `imdb_train.csv.gz` and `imdb_test.csv.gz` (columns text and label), or with the folders of the original `aclImdb`.
 * @example const [[xTrain, yTrain], [xTest, yTest]] = await datasets.imdb.loadData({ numWords: 10_000 });
 */
export async function loadData(options: ImdbOptions = {}): Promise<Reviews<Tensor>> {
  const [[x, y], [xTest, yTest]] = await loadArrays(options);
  const labels = (data: Uint8Array): Tensor =>
    tensorFromArray({ dtype: 'uint8', shape: [data.length], data });
  return [
    [x, labels(y)],
    [xTest, labels(yTest)],
  ];
}

/** The same with labels on the host. */
export async function loadArrays(options: ImdbOptions = {}): Promise<Reviews<Uint8Array>> {
  const [train, test] = await withReader(options, (read) => encodeReviews(read, options));
  return [
    [train.x, train.y],
    [test.x, test.y],
  ];
}

/**
 * A review of one's own as `loadData` would give it. Words without a rank are left out, as there.
 * @example const x = multiHot([datasets.imdb.encodeReview('A great film!', await datasets.imdb.getWordIndex(), { numWords: 10_000 })], 10_000);
 */
export function encodeReview(
  text: string,
  index: WordIndex,
  encoding: ReviewEncoding = {},
): Int32Array {
  const ranks = splitWords(text).map((word) => index.get(word));
  return encodeRanks(Int32Array.from(ranks.filter((rank) => rank !== undefined)), encoding);
}

/** Where the data would be read from without a download; null where nowhere. */
export async function locate({ path }: Pick<LoadOptions, 'path'> = {}): Promise<FoundData | null> {
  if (path !== undefined) {
    const found = (await findArchive(path)) ?? (await findTexts(path, async () => new Map()));
    return found === null ? null : { source: 'folder', place: String(path) };
  }
  const file = await openCached(published.key);
  await file?.close();
  return file && { source: 'cache', place: joinPath(cacheFolder(), 'imdb') };
}

type Halves = [train: RankedReviews, test: RankedReviews];

/** Finds the reviews and lets `use` read them. */
async function withReader(
  options: ImdbOptions,
  use: (read: ReviewReader) => Promise<Halves>,
): Promise<Halves> {
  const { path, source } = options;
  const useArchive = async (file: RandomAccessFile): Promise<Halves> => use(await readNpz(file));
  if (path !== undefined) {
    const archive = await findArchive(path);
    if (archive) {
      const file = await openBytes(archive);
      try {
        return await useArchive(file);
      } finally {
        await file.close();
      }
    }
    const texts = await findTexts(path, async () =>
      getWordIndex((await hasWordIndex(path)) ? { path } : { ...options, path: undefined }),
    );
    if (texts) return use(texts);
    const expected = `${archiveName}, imdb_train.csv.gz and imdb_test.csv.gz, or train/pos and train/neg`;
    throw new PlatformError('missing', `imdb: ${path} has no ${expected}`);
  }
  if (source === 'package') {
    throw new PlatformError('missing', 'imdb: no npm package has it; leave source out');
  }
  const cached = source === 'download' ? null : await readCached(published, useArchive);
  if (cached) return cached;
  if (source === 'cache') {
    throw new PlatformError('missing', `imdb: ${published.key} is not in ${cacheFolder()}`);
  }
  return readDownloaded(published, options, useArchive);
}

/** Keras' archive: the path itself, or in the folder. */
async function findArchive(path: string | URL): Promise<string | URL | null> {
  if (String(path).endsWith('.npz')) return path;
  const inside = joinPath(path, archiveName);
  return (await exists(inside)) ? inside : null;
}
