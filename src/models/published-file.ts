import {
  download,
  environment,
  joinPath,
  openCached,
  PlatformError,
  type RandomAccessFile,
  removeCached,
  sha256 as sha256Of,
} from '#platform';
import { ValueError } from '../tensor/index.ts';
import { md5 } from './md5.ts';

/** A file that is published, with what it must be: its size and one sum at least. */
export interface PublishedFile {
  /** Its place in the cache and on a mirror: `vgg16/model.h5`. */
  readonly key: string;
  /** Public addresses. */
  readonly urls: readonly string[];
  /** In bytes, where it is known. */
  readonly size?: number;
  /** In hexadecimal. */
  readonly sha256?: string;
  /** In hexadecimal; for files of which nothing better was published. */
  readonly md5?: string;
}

/** Where published files may come from. */
export interface SourceOptions {
  /** A folder or address that has the files under their keys; `GRADUS_HUB_MIRROR` does the same. */
  readonly mirror?: string | URL | null;
  /** Whether files that are not in the cache yet are an error. */
  readonly offline?: boolean;
  /** Hears how a download goes on, in bytes of one file. */
  onProgress?(file: string, received: number, total: number): void;
  readonly signal?: AbortSignal;
}

/** Files larger than this are no weights. */
const mostBytes = 2 ** 31;

/** The mirror in use, or null. */
export const mirrorOf = ({ mirror }: SourceOptions = {}): string | null => {
  const found = mirror === undefined ? environment('GRADUS_HUB_MIRROR') : mirror;
  return found ? String(found) : null;
};

/**
 * Opens a published file: from the cache, else downloaded into it from the mirror or its public addresses. Its size and sum
 * are compared each time, before anybody parses it; a file that fails is removed. Close it.
 */
export async function openPublished(
  file: PublishedFile,
  options: SourceOptions = {},
): Promise<RandomAccessFile> {
  const key = cacheKey(file);
  requireSum(file);
  const cached = await openCached(key);
  if (cached) {
    if (await isRight(file, cached)) return cached;
    await cached.close();
    await removeCached(key);
  }
  if (options.offline) {
    throw new PlatformError(
      'missing',
      `${file.key} is not in the cache, and offline was asked for`,
      file.key,
    );
  }
  const mirror = mirrorOf(options);
  const urls = [...(mirror ? [joinPath(mirror, ...file.key.split('/'))] : []), ...file.urls];
  if (urls.length === 0) {
    throw new PlatformError(
      'missing',
      `${file.key} has no public address; name a folder or address that has it with GRADUS_HUB_MIRROR`,
      file.key,
    );
  }
  const { onProgress, signal } = options;
  return download({
    key,
    urls,
    size: file.size ?? mostBytes,
    sha256: file.sha256 ?? '',
    // Only the sum that was published can be compared.
    ...(!(file.sha256 && file.size !== undefined) && {
      acceptOther: { maxBytes: file.size ?? mostBytes, check: (other) => isRight(file, other) },
    }),
    onProgress: onProgress && ((received, total) => onProgress(file.key, received, total)),
    signal,
  });
}

/** Whether a file in the cache is what was published; null where there is none. */
export async function verifyPublished(file: PublishedFile): Promise<boolean | null> {
  const cached = await openCached(cacheKey(file));
  if (!cached) return null;
  try {
    return await isRight(file, cached);
  } finally {
    await cached.close();
  }
}

/** Removes a file from the cache. */
export const removePublished = (file: PublishedFile): Promise<void> => removeCached(cacheKey(file));

const cacheKey = ({ key }: PublishedFile): string => `hub/${key}`;

function requireSum({ key, urls, sha256, md5 }: PublishedFile): void {
  if (sha256 || md5) return;
  throw new ValueError(
    `${key}: no checksum was published for it, so it is not fetched by itself; download it yourself ` +
      `(${urls[0]}) and pass its path as weights`,
  );
}

async function isRight(
  { size, sha256, md5: sum }: PublishedFile,
  file: RandomAccessFile,
): Promise<boolean> {
  if (size !== undefined && file.size !== size) return false;
  if (sha256) return (await sha256Of(file)) === sha256.toLowerCase();
  return (await md5(file)) === sum;
}

/** What is known of a file besides its address. */
export type PublishedSum = Pick<PublishedFile, 'size' | 'md5'>;

/** Weights as Keras publishes them. */
export const kerasFile = (folder: string, file: string, sum: PublishedSum): PublishedFile => ({
  key: `keras-applications/${folder}/${file}`,
  urls: [`https://storage.googleapis.com/tensorflow/keras-applications/${folder}/${file}`],
  ...sum,
});
