import {
  type DownloadRequest,
  download,
  environment,
  joinPath,
  openCached,
  PlatformError,
  type RandomAccessFile,
  removeCached,
} from '#platform';
import { withFormatErrors } from '../data/index.ts';
import { FormatError } from '../tensor/index.ts';
import type { LoadOptions } from './options.ts';

/** A file that data sets are published as. */
export interface PublishedFile {
  /** In the cache and on a mirror: `mnist/train-images-idx3-ubyte.gz`. */
  readonly key: string;
  /** Addresses that it is published under. */
  readonly urls: readonly string[];
  readonly size: number;
  readonly sha256: string;
  /** Tells whether another file has the same contents, compressed anew; a mirror may have such. */
  readonly acceptOther?: DownloadRequest['acceptOther'];
}

/** Opens a file of the cache and lets `read` read it; one that is damaged is removed. Null where there is none. */
export async function readCached<T>(
  { key }: PublishedFile,
  read: (file: RandomAccessFile) => Promise<T>,
): Promise<T | null> {
  const file = await openCached(key);
  return file && readAndClose(key, file, read);
}

/** Downloads a file into the cache and lets `read` read it. */
export async function readDownloaded<T>(
  published: PublishedFile,
  { mirror = environment('GRADUS_DATA_MIRROR'), onProgress, signal }: LoadOptions,
  read: (file: RandomAccessFile) => Promise<T>,
): Promise<T> {
  const { key, urls } = published;
  const request: DownloadRequest = {
    ...published,
    urls: mirror ? [joinPath(mirror, ...key.split('/'))] : urls,
    onProgress: onProgress && ((received, total) => onProgress(key, received, total)),
    signal,
  };
  const file = await withFormatErrors(() => download(request)).catch((error) => {
    if (!(error instanceof PlatformError)) throw error;
    const wayOut =
      'pass a folder that has the files ({ path }), or name a mirror that has them with GRADUS_DATA_MIRROR';
    throw new PlatformError(error.code, `${error.message}\n${wayOut}`, key, error);
  });
  return readAndClose(key, file, read);
}

async function readAndClose<T>(
  key: string,
  file: RandomAccessFile,
  read: (file: RandomAccessFile) => Promise<T>,
): Promise<T> {
  let damage: FormatError | null = null;
  try {
    return await read(file);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    damage = error;
    throw new FormatError(
      `${error.message}; the damaged file was removed from the cache, so the next call fetches it anew`,
    );
  } finally {
    await file.close();
    if (damage) await removeCached(key);
  }
}
