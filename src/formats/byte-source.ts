import { FormatError } from '../tensor/index.ts';

/** Bytes that are read in pieces: an open file, or a part of one. `#platform`'s files are such. */
export interface ByteSource {
  /** For messages. */
  readonly name?: string;
  /** In bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset` on. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Bytes in memory as a source; what is read shares their memory. */
export const sourceOf = (bytes: Uint8Array, name?: string): ByteSource => ({
  name,
  size: bytes.length,
  read: async (offset, length) => {
    if (offset < 0 || length < 0 || offset + length > bytes.length) {
      throw new FormatError('the file ends too early', {
        file: name,
        offset,
        expected: `${length} bytes`,
        received: `${Math.max(0, bytes.length - offset)}`,
      });
    }
    return bytes.subarray(offset, offset + length);
  },
});

/** A part of a source. */
export const sliceOf = (
  source: ByteSource,
  start: number,
  size: number,
  name?: string,
): ByteSource => ({
  name: name ?? source.name,
  size,
  read: async (offset, length) => {
    if (offset < 0 || length < 0 || offset + length > size) {
      throw new FormatError('the member ends too early', { file: name, offset });
    }
    return source.read(start + offset, length);
  },
});

/** Sources one behind the other, as one. */
export const joinSources = (sources: readonly ByteSource[], name?: string): ByteSource => ({
  name,
  size: sources.reduce((sum, source) => sum + source.size, 0),
  read: async (offset, length) => {
    const pieces: Uint8Array[] = [];
    let start = 0;
    for (const source of sources) {
      const from = Math.max(offset, start) - start;
      const to = Math.min(offset + length, start + source.size) - start;
      if (from < to) pieces.push(await source.read(from, to - from));
      start += source.size;
    }
    if (offset < 0 || length < 0 || offset + length > start) {
      throw new FormatError('the files end too early', { file: name, offset });
    }
    return pieces.length === 1 ? pieces[0] : joinBytes(pieces);
  },
});

/** Joins pieces into one array. */
export function joinBytes(pieces: Iterable<Uint8Array>): Uint8Array<ArrayBuffer> {
  const list = [...pieces];
  const bytes = new Uint8Array(list.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of list) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
