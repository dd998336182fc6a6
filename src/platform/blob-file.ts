import { type Bytes, PlatformError, type RandomAccessFile } from './platform.ts';

/** A Blob (or a browser's File, which stays on the disk until it is read) as a file. */
export function blobFile(blob: Blob, name: string): RandomAccessFile {
  const read = async (offset: number, length: number): Promise<Bytes> => {
    checkRange(name, blob.size, offset, length);
    return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
  };
  return {
    name,
    size: blob.size,
    read,
    chunks: (chunkBytes) => readChunks(blob.size, read, chunkBytes),
    close: async () => {},
  };
}

/** Refuses what lies outside a file. */
export function checkRange(name: string, size: number, offset: number, length: number): void {
  if (offset >= 0 && length >= 0 && offset + length <= size) return;
  const asked = `${length} bytes at ${offset} were asked for`;
  throw new PlatformError('truncated', `${name}: the file has ${size} bytes, ${asked}`, name);
}

/** Refuses a file that is larger than its reader allows. */
export function checkBudget(name: string, size: number, maxBytes: number): void {
  if (size <= maxBytes) return;
  throw new PlatformError(
    'too-large',
    `${name} has ${size} bytes, allowed are ${maxBytes}; maxBytes sets the limit`,
    name,
  );
}

/** Pieces of a file, one behind the other. */
export async function* readChunks(
  size: number,
  read: (offset: number, length: number) => Promise<Bytes>,
  chunkBytes = 1 << 20,
): AsyncGenerator<Bytes> {
  for (let at = 0; at < size; at += chunkBytes) yield read(at, Math.min(chunkBytes, size - at));
}

/** A stream's bytes, counted while they come. */
export async function collect(
  name: string,
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) {
      const message = `${name} has more than the ${maxBytes} bytes that are allowed; maxBytes sets the limit`;
      throw new PlatformError('too-large', message, name);
    }
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Bytes that a user passed in place of a file: no copy where they have a buffer that is not shared. */
export function asBytes(source: ArrayBuffer | Uint8Array): Bytes {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  return source.buffer instanceof ArrayBuffer ? (source as Bytes) : new Uint8Array(source);
}

/** What messages call a source. */
export function sourceName(source: unknown): string {
  if (typeof source === 'string') return source;
  if (source instanceof URL) return source.href;
  const { name } = source as { name?: string };
  return name || (source instanceof Blob ? 'the Blob' : 'the buffer');
}
