// POSIX 1003.1 (ustar) and what GNU tar adds for long sizes.
import { FormatError } from '../tensor/index.ts';
import { joinBytes } from './byte-source.ts';
import { type DecodeOptions, defaultBudget } from './file-array.ts';
import { checkMemberName } from './member-name.ts';

/** A file in an archive. */
export interface TarMember {
  readonly name: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

const blockBytes = 512;

/**
 * The files of a tar archive one after the other; those that `wanted` does not name are passed over. Folders are left
 * out; links and devices are refused.
 */
export async function* decodeChunks(
  chunks: AsyncIterable<Uint8Array>,
  wanted: (name: string) => boolean,
  { file, maxBytes = defaultBudget }: DecodeOptions = {},
): AsyncGenerator<TarMember> {
  const reader = new ChunkReader(chunks);
  for (let total = 0; ; ) {
    const header = await reader.take(blockBytes);
    if (header.length < blockBytes) throw new FormatError('the archive is truncated', { file });
    if (header.every((byte) => byte === 0)) {
      await reader.skip(Number.POSITIVE_INFINITY); // what checks the stream does so at its end
      return;
    }
    const { name, size, type } = readHeader(header, file);
    const padding = (blockBytes - (size % blockBytes)) % blockBytes;
    if (type === 'file' && wanted(name)) {
      total += size;
      if (total > maxBytes) {
        const expected = `at most ${maxBytes} bytes`;
        throw new FormatError('the archive is larger than is allowed', { file, expected });
      }
      const data = await reader.take(size);
      if (data.length < size) {
        throw new FormatError('the archive is truncated', {
          file,
          member: name,
          expected: `${size} bytes`,
          received: String(data.length),
        });
      }
      yield { name, data };
    } else await reader.skip(size);
    await reader.skip(padding);
  }
}

/** Takes exact numbers of bytes from chunks of any size. */
class ChunkReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** `size` bytes, or fewer at the end. */
  async take(size: number): Promise<Uint8Array<ArrayBuffer>> {
    const pieces: Uint8Array[] = [];
    await this.#walk(size, (piece) => pieces.push(piece));
    return joinBytes(pieces);
  }

  skip(size: number): Promise<void> {
    return this.#walk(size, () => undefined);
  }

  async #walk(size: number, visit: (piece: Uint8Array) => void): Promise<void> {
    for (let left = size; left > 0; ) {
      if (this.#rest.length === 0) {
        const { done, value } = await this.#chunks.next();
        if (done) return;
        this.#rest = value;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      visit(piece);
    }
  }
}

function readHeader(
  header: Uint8Array,
  file?: string,
): { name: string; size: number; type: 'file' | 'other' } {
  const text = (start: number, length: number): string => {
    const field = header.subarray(start, start + length);
    const end = field.indexOf(0);
    return String.fromCharCode(...(end < 0 ? field : field.subarray(0, end)));
  };
  const octal = (start: number, length: number): number => {
    const digits = text(start, length).trim();
    if (!/^[0-7]+$/.test(digits)) {
      throw new FormatError('damaged tar header', { file, received: JSON.stringify(digits) });
    }
    return Number.parseInt(digits, 8);
  };
  const sum = header.reduce((a, b, i) => a + (i >= 148 && i < 156 ? 0x20 : b), 0);
  if (sum !== octal(148, 8)) {
    throw new FormatError('the sum of a tar header is wrong', { file });
  }
  const isUstar = text(257, 5) === 'ustar';
  const prefix = isUstar && text(263, 2) === '00' ? text(345, 155) : '';
  const name = prefix ? `${prefix}/${text(0, 100)}` : text(0, 100);
  const size = octal(124, 12);
  const type = String.fromCharCode(header[156] || 0x30);
  // Folders, and headers with more about the next file (times, owners, long names).
  if ('5xgLK'.includes(type)) return { name, size, type: 'other' };
  checkMemberName(name, file);
  if (type !== '0' && type !== '7') {
    throw new FormatError('links and devices are not followed', { file, member: name });
  }
  return { name, size, type: 'file' };
}
