import { allocate, getBackend } from '../backends/registry.ts';
import type { HostArray } from '../formats/index.ts';
import { FormatError, type Shape, sizeOf, Tensor } from '../tensor/index.ts';
import { arrayLeaf, toTensor } from './leaf.ts';

/** A tensor over a copy of a host array. */
export const tensorFromArray = (array: HostArray): Tensor => toTensor(arrayLeaf('tensor', array));

/** A uint8 tensor whose elements come in pieces: they are never in memory twice. */
export async function tensorFromChunks(
  shape: Shape,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Tensor> {
  const size = sizeOf(shape);
  const storage = allocate('uint8', size);
  let at = 0;
  try {
    for await (const chunk of chunks) {
      if (at + chunk.length > size) throw new FormatError(`more than ${size} bytes for [${shape}]`);
      getBackend().write(storage, chunk, at);
      at += chunk.length;
    }
    if (at < size) throw new FormatError(`${at} bytes for [${shape}], which needs ${size}`);
  } catch (error) {
    storage.release();
    throw error;
  }
  return new Tensor(storage, shape);
}
