// RFC 1952. A file may be several members one behind the other.
import { Gunzip, gzipSync } from 'fflate';
import { FormatError } from '../tensor/index.ts';
import { joinBytes } from './byte-source.ts';
import { crc32 } from './crc32.ts';
import { type DecodeOptions, defaultBudget } from './file-array.ts';
import { guarded, inflateStep, tooLarge } from './inflate.ts';

/** Whether bytes look like the beginning of a gzip file. */
export const sniff = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** An empty member. It makes the reader tell where the last real one has ended. */
const sentinel = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0);

/**
 * Decompresses a gzip file piece by piece. Output is counted while it comes; sizes and sums of all members are checked,
 * the last ones when all has been read.
 */
export async function* decodeChunks(
  compressed: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { file, maxBytes = defaultBudget }: DecodeOptions = {},
): AsyncGenerator<Uint8Array> {
  const reader = new GzipReader({ file, maxBytes });
  for await (const piece of compressed) {
    for (let at = 0; at < piece.length; at += inflateStep) {
      yield* reader.push(piece.subarray(at, at + inflateStep));
    }
  }
  yield* reader.finish();
}

/** The contents of a gzip file in memory. */
export function decode(
  bytes: Uint8Array,
  { file, maxBytes = defaultBudget }: DecodeOptions = {},
): Uint8Array<ArrayBuffer> {
  const reader = new GzipReader({ file, maxBytes });
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += inflateStep) {
    out.push(...reader.push(bytes.subarray(at, at + inflateStep)));
  }
  out.push(...reader.finish());
  return joinBytes(out);
}

/** A gzip file without name and date: the same bytes for the same contents. */
export const encode = (bytes: Uint8Array): Uint8Array => gzipSync(bytes, { mtime: 0 });

class GzipReader {
  readonly #limits: { readonly file?: string; readonly maxBytes: number };
  readonly #stream: Gunzip;
  #out: Uint8Array[] = [];
  #total = 0;
  /** Of the member that is being read. */
  #sum = 0;
  #size = 0;
  #memberStart = 0;
  #received = 0;
  /** The last bytes that came: a member's trailer is known to be one only after it. */
  #tail: Uint8Array = new Uint8Array(0);
  #lastEnd = 0;

  constructor(limits: { readonly file?: string; readonly maxBytes: number }) {
    this.#limits = limits;
    this.#stream = new Gunzip((chunk) => {
      this.#total += chunk.length;
      if (this.#total > limits.maxBytes) throw tooLarge(limits);
      this.#sum = crc32(chunk, this.#sum);
      this.#size += chunk.length;
      if (chunk.length > 0) this.#out.push(chunk);
    });
    this.#stream.onmember = (start) => this.#endMember(start);
  }

  push(bytes: Uint8Array): Uint8Array[] {
    const { file } = this.#limits;
    if (this.#received === 0 && bytes.length > 0 && bytes[0] !== 0x1f) {
      throw new FormatError('no gzip file', { file, offset: 0, expected: 'bytes 1f 8b' });
    }
    this.#received += bytes.length;
    this.#tail = joinBytes([this.#tail, bytes]).slice(-(inflateStep + sentinel.length + 8));
    guarded(() => this.#stream.push(bytes), this.#limits);
    const out = this.#out;
    this.#out = [];
    return out;
  }

  finish(): Uint8Array[] {
    const { file } = this.#limits;
    const size = this.#received;
    if (size === 0) throw new FormatError('the file is empty', { file });
    const out = this.push(sentinel);
    if (this.#lastEnd === size) return out;
    throw new FormatError('the gzip file is truncated, or bytes follow its end', { file });
  }

  /** A new member begins at `start`: the 8 bytes in front must tell of the last one. */
  #endMember(start: number): void {
    const { file } = this.#limits;
    const at = this.#tail.length - (this.#received - start) - 8;
    const trailer = this.#tail.subarray(at, at + 8);
    const view = new DataView(trailer.buffer, trailer.byteOffset, trailer.length);
    const [sum, size] =
      start - this.#memberStart >= 18 && at >= 0
        ? [view.getUint32(0, true), view.getUint32(4, true)]
        : [null, null];
    if (sum !== this.#sum || size !== this.#size % 2 ** 32) {
      throw new FormatError('the contents do not fit their checksum', {
        file,
        offset: start - 8,
        expected: `crc32 ${sum}, ${size} bytes`,
        received: `${this.#sum}, ${this.#size}`,
      });
    }
    this.#lastEnd = start;
    this.#memberStart = start;
    this.#sum = 0;
    this.#size = 0;
  }
}
