import type { FileSource, RandomAccessFile } from '#platform';
import { openBytes } from '../data/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { checkPair, readIdxTensor } from './idx-file.ts';

/** Options of `fromIdx`. */
export interface FromIdxOptions {
  /** The most bytes that a file may have or expand to. Default: 2 GiB in Node, 512 MiB in a browser. */
  readonly maxBytes?: number;
}

/**
 * Images (or anything with one row a sample) and labels from a pair of idx files, compressed with gzip or not: paths, addresses,
 * Files, Blobs or buffers.
 * @example const [x, y] = await datasets.fromIdx('emnist-images.gz', 'emnist-labels.gz');
 */
export async function fromIdx(
  images: FileSource,
  labels: FileSource,
  options: FromIdxOptions = {},
): Promise<[x: Tensor, y: Tensor]> {
  const x = await readOne(images, options);
  const y = await readOne(labels, options);
  checkPair(x, y);
  return [x, y];
}

async function readOne(source: FileSource, { maxBytes }: FromIdxOptions): Promise<Tensor> {
  const file: RandomAccessFile = await openBytes(source, { maxBytes });
  try {
    return await readIdxTensor(file, maxBytes);
  } finally {
    await file.close();
  }
}
