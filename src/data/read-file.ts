import {
  type FileSource,
  openFile,
  PlatformError,
  type RandomAccessFile,
  type ReadOptions,
  readFile,
} from '#platform';
import { FormatError } from '../tensor/index.ts';

/**
 * The bytes of a file, address, Blob or buffer; what is larger than `maxBytes` or shorter than it said is a
 * FormatError, what is missing the platform's error.
 */
export const readBytes = (
  source: FileSource,
  options?: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> => withFormatErrors(() => readFile(source, options));

/** Opens a file to be read in pieces, with the errors of `readBytes`. Close it. */
export const openBytes = (source: FileSource, options?: ReadOptions): Promise<RandomAccessFile> =>
  withFormatErrors(() => openFile(source, options));

/** Runs `f`; what the platform finds wrong with a file's contents becomes a FormatError. */
export async function withFormatErrors<T>(f: () => Promise<T>): Promise<T> {
  try {
    return await f();
  } catch (error) {
    const code = error instanceof PlatformError ? error.code : null;
    if (code !== 'too-large' && code !== 'truncated' && code !== 'checksum') throw error;
    throw new FormatError((error as Error).message);
  }
}
