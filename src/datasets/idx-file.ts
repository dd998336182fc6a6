import type { RandomAccessFile } from '#platform';
import { type HostArray, tensorFromArray, tensorFromChunks } from '../data/index.ts';
import { gzip, idx, toHostArray } from '../formats/index.ts';
import { FormatError, type Tensor } from '../tensor/index.ts';

/** The longest header of an idx file. */
const longestHeader = 4 + 4 * 255;

const headOf = (file: RandomAccessFile): Promise<Uint8Array> =>
  file.read(0, Math.min(file.size, longestHeader));

/** The array of an idx file, compressed with gzip or not. */
export async function readIdxArray(file: RandomAccessFile, maxBytes?: number): Promise<HostArray> {
  const { name, size } = file;
  const bytes = await file.read(0, size);
  const plain = gzip.sniff(bytes) ? gzip.decode(bytes, { file: name, maxBytes }) : bytes;
  return toHostArray(idx.decode(plain, { file: name }));
}

/** The same as a tensor; bytes go piece by piece from the file into its memory. */
export async function readIdxTensor(file: RandomAccessFile, maxBytes?: number): Promise<Tensor> {
  const head = await headOf(file);
  if (gzip.sniff(head)) return tensorFromArray(await readIdxArray(file, maxBytes));
  const { dtype, shape, dataStart } = idx.decodeHeader(head, file.size, { file: file.name });
  if (dtype !== 'uint8') return tensorFromArray(await readIdxArray(file, maxBytes));
  return tensorFromChunks(shape, chunksFrom(file, dataStart));
}

async function* chunksFrom(file: RandomAccessFile, start: number): AsyncGenerator<Uint8Array> {
  const step = 1 << 20;
  for (let at = start; at < file.size; at += step) {
    yield file.read(at, Math.min(step, file.size - at));
  }
}

/** Throws unless there is one label for each image. */
export function checkPair(
  images: { readonly shape: readonly number[] },
  labels: { readonly shape: readonly number[] },
  file?: string,
): void {
  if (
    images.shape.length >= 1 &&
    labels.shape.length === 1 &&
    images.shape[0] === labels.shape[0]
  ) {
    return;
  }
  throw new FormatError('images and labels do not belong together', {
    file,
    expected: 'as many labels as images',
    received: `images [${images.shape}], labels [${labels.shape}]`,
  });
}
