// The format of zip files (PKWARE's APPNOTE 6.3.10), 64-bit sizes included.
import { FormatError } from '../tensor/index.ts';
import { type ByteSource, joinBytes, sliceOf } from './byte-source.ts';
import { crc32 } from './crc32.ts';
import { type DecodeOptions, defaultBudget } from './file-array.ts';
import { inflate } from './inflate.ts';
import {
  decodeName,
  readDirectory,
  signatures,
  viewOf,
  type ZipEntry,
  type ZipMember,
} from './zip-directory.ts';

export type { ZipMember } from './zip-directory.ts';
export { encode, encodePieces, type ZipInput } from './zip-encode.ts';

/** An archive whose members are read on demand, by name, in memory. */
export interface ZipArchive {
  readonly members: ReadonlyMap<string, ZipMember>;
  /** The contents of a member, piece by piece; size and sum are checked when all has come. */
  chunks(name: string): AsyncIterable<Uint8Array>;
  /** The contents of a member. */
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** A member that is stored without compression, to be read in pieces where it lies (its sum is not checked). */
  stored(name: string): Promise<ByteSource>;
}

const chunkBytes = 1 << 16;

/** Whether bytes look like the beginning of a zip file. */
export const sniff = (head: Uint8Array): boolean =>
  head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || head[2] === 5);

/**
 * Opens an archive and checks its table of contents. Refused: names that are given twice or lead out of a folder, links,
 * encryption, parts that overlap, more bytes than the budget.
 */
export async function open(source: ByteSource, options: DecodeOptions = {}): Promise<ZipArchive> {
  const { file = source.name, maxBytes = defaultBudget } = options;
  const entries = await readDirectory(source, file);
  const declared = [...entries.values()].reduce((sum, entry) => sum + entry.size, 0);
  if (declared > maxBytes) {
    throw new FormatError('the archive expands to more than is allowed (maxBytes)', {
      file,
      expected: `at most ${maxBytes} bytes`,
      received: String(declared),
    });
  }
  const find = (name: string): ZipEntry => {
    const entry = entries.get(name);
    if (entry) return entry;
    const received = [...entries.keys()].slice(0, 10).join(', ');
    throw new FormatError(`there is no member '${name}'`, { file, received });
  };
  async function* chunks(name: string): AsyncGenerator<Uint8Array> {
    const entry = find(name);
    const start = await dataStart(source, entry, file);
    const raw = piecesOf(source, start, entry.compressedSize);
    const limits = { file, member: name, maxBytes: entry.size };
    let [crc, size] = [0, 0];
    for await (const chunk of entry.method === 'stored' ? raw : inflate(raw, limits)) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      yield chunk;
    }
    if (size !== entry.size || crc !== entry.crc) {
      throw new FormatError('the contents do not fit their size and checksum', {
        file,
        member: name,
        expected: `${entry.size} bytes, crc32 ${entry.crc}`,
        received: `${size}, ${crc}`,
      });
    }
  }
  return {
    members: entries,
    chunks,
    read: async (name) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of chunks(name)) pieces.push(piece);
      return joinBytes(pieces);
    },
    stored: async (name) => {
      const entry = find(name);
      if (entry.method !== 'stored') {
        throw new FormatError('the member is compressed', { file, member: name });
      }
      return sliceOf(source, await dataStart(source, entry, file), entry.size, name);
    },
  };
}

async function* piecesOf(
  source: ByteSource,
  start: number,
  size: number,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += chunkBytes) {
    yield source.read(start + at, Math.min(chunkBytes, size - at));
  }
}

/** Where a member's data begin; its own header must agree with the table of contents. */
async function dataStart(source: ByteSource, entry: ZipEntry, file?: string): Promise<number> {
  const { headerOffset, name, compressedSize, limit } = entry;
  const bytes = await source.read(headerOffset, 30);
  const header = viewOf(bytes);
  const nameLength = header.getUint16(26, true);
  const start = headerOffset + 30 + nameLength + header.getUint16(28, true);
  const agrees =
    header.getUint32(0, true) === signatures.local &&
    header.getUint16(8, true) === (entry.method === 'stored' ? 0 : 8) &&
    (header.getUint16(6, true) & 0x2041) === 0 &&
    start + compressedSize <= limit &&
    decodeName(await source.read(headerOffset + 30, nameLength)) === name;
  if (agrees) return start;
  throw new FormatError('the member is not what the table of contents says', {
    file,
    member: name,
    offset: headerOffset,
  });
}
