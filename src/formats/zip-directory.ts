import { FormatError } from '../tensor/index.ts';
import type { ByteSource } from './byte-source.ts';
import { checkMemberName } from './member-name.ts';

/** What the table of contents says of one file in the archive. */
export interface ZipMember {
  readonly name: string;
  /** Uncompressed, in bytes. */
  readonly size: number;
  readonly compressedSize: number;
  readonly method: 'stored' | 'deflate';
}

/** A member with what it takes to read it. */
export interface ZipEntry extends ZipMember {
  readonly crc: number;
  readonly headerOffset: number;
  /** Where the next member or the table of contents begins. */
  readonly limit: number;
}

/** The first bytes of the parts of an archive. */
export const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const;
/** The length of the end record. */
export const endBytes = 22;

/** Numbers in bytes. */
export const viewOf = (bytes: Uint8Array) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

interface Directory {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

/** Finds the table of contents, which the file's end tells of. */
async function findDirectory(source: ByteSource, file?: string): Promise<Directory> {
  const tailSize = Math.min(source.size, endBytes + 0xffff);
  const tail = await source.read(source.size - tailSize, tailSize);
  const view = viewOf(tail);
  let at = tailSize - endBytes;
  // The end record is followed by a comment, whose length must lead to the end of the file.
  for (; at >= 0; at--) {
    if (view.getUint32(at, true) !== signatures.end) continue;
    if (at + endBytes + view.getUint16(at + 20, true) === tailSize) break;
  }
  if (at < 0) {
    throw new FormatError('no zip file, or a truncated one', { file, expected: 'an end record' });
  }
  const [disk, directoryDisk] = [view.getUint16(at + 4, true), view.getUint16(at + 6, true)];
  const count = view.getUint16(at + 10, true);
  const size = view.getUint32(at + 12, true);
  const offset = view.getUint32(at + 16, true);
  const end = source.size - tailSize + at;
  if (count === 0xffff || size === 0xffffffff || offset === 0xffffffff) {
    return findDirectory64(source, end, file);
  }
  if (disk !== 0 || directoryDisk !== 0 || count !== view.getUint16(at + 8, true)) {
    throw new FormatError('archives in several parts are not read', { file });
  }
  if (offset + size !== end) throw badDirectory(file, offset, size, end);
  return { offset, size, count };
}

async function findDirectory64(source: ByteSource, end: number, file?: string): Promise<Directory> {
  if (end < 20 + 56) throw new FormatError('no 64-bit end record', { file });
  const locator = viewOf(await source.read(end - 20, 20));
  const at = Number(locator.getBigUint64(8, true));
  if (locator.getUint32(0, true) !== signatures.locator64 || at + 56 > end - 20) {
    throw new FormatError('bad 64-bit end record', { file, offset: end - 20 });
  }
  const record = viewOf(await source.read(at, 56));
  const [count, size, offset] = [32, 40, 48].map((p) => Number(record.getBigUint64(p, true)));
  if (record.getUint32(0, true) !== signatures.end64 || record.getUint32(16, true) !== 0) {
    throw new FormatError('bad 64-bit end record', { file, offset: at });
  }
  if (offset + size !== at) throw badDirectory(file, offset, size, at);
  return { offset, size, count };
}

const badDirectory = (file: string | undefined, offset: number, size: number, end: number) =>
  new FormatError('the table of contents does not end where the end record begins', {
    file,
    offset,
    expected: `${end - offset} bytes`,
    received: String(size),
  });

/** Reads and checks the table of contents. */
export async function readDirectory(
  source: ByteSource,
  file?: string,
): Promise<Map<string, ZipEntry>> {
  const { offset, size, count } = await findDirectory(source, file);
  const bytes = await source.read(offset, size);
  const view = viewOf(bytes);
  const entries = new Map<string, RawEntry>();
  let records = 0;
  for (let at = 0; at < size; records++) {
    if (at + 46 > size || view.getUint32(at, true) !== signatures.central) {
      throw new FormatError('damaged table of contents', { file, offset: offset + at });
    }
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((p) =>
      view.getUint16(at + p, true),
    );
    const nameEnd = at + 46 + nameLength;
    const end = nameEnd + extraLength + commentLength;
    if (end > size) {
      throw new FormatError('damaged table of contents', { file, offset: offset + at });
    }
    const name = decodeName(bytes.subarray(at + 46, nameEnd));
    const extra = bytes.subarray(nameEnd, nameEnd + extraLength);
    const entry = readEntry(viewOf(bytes.subarray(at, at + 46)), name, extra, file);
    if (entry && entries.has(name)) {
      throw new FormatError('two members have this name', { file, member: name });
    }
    if (entry) entries.set(name, entry);
    at = end;
  }
  if (records !== count) {
    const [expected, received] = [`${count} members`, String(records)];
    throw new FormatError('the table of contents has another length', { file, expected, received });
  }
  return withLimits([...entries.values()], offset, file);
}

type RawEntry = Omit<ZipEntry, 'limit'>;

/** A member's record in the table of contents; null for a folder. */
function readEntry(
  record: DataView,
  name: string,
  extra: Uint8Array,
  file?: string,
): RawEntry | null {
  const where = { file, member: name };
  const flags = record.getUint16(8, true);
  const method = record.getUint16(10, true);
  const unixMode = record.getUint16(40, true);
  const sizes = {
    size: record.getUint32(24, true),
    compressedSize: record.getUint32(20, true),
    headerOffset: record.getUint32(42, true),
  };
  readExtra64(sizes, extra, where);
  const isFolder = name.endsWith('/');
  checkMemberName(isFolder ? name.slice(0, -1) : name, file);
  if (flags & 0x2041) throw new FormatError('encrypted members are not read', where);
  if ((unixMode & 0xf000) === 0xa000) throw new FormatError('links are not followed', where);
  if (isFolder) {
    if (sizes.size === 0) return null;
    throw new FormatError('a folder cannot have contents', where);
  }
  if (method !== 0 && method !== 8) {
    const [expected, received] = ['0 (stored) or 8 (deflate)', String(method)];
    throw new FormatError('unknown compression', { ...where, expected, received });
  }
  if (method === 0 && sizes.size !== sizes.compressedSize) {
    throw new FormatError('a stored member with two sizes', where);
  }
  const crc = record.getUint32(16, true);
  return { name, method: method === 0 ? 'stored' : 'deflate', crc, ...sizes };
}

/** Replaces what does not fit in 32 bits by the values of the 64-bit extra field. */
function readExtra64(
  sizes: { size: number; compressedSize: number; headerOffset: number },
  extra: Uint8Array,
  where: { file?: string; member?: string },
): void {
  const wanted = (['size', 'compressedSize', 'headerOffset'] as const).filter(
    (key) => sizes[key] === 0xffffffff,
  );
  if (wanted.length === 0) return;
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const end = Math.min(extra.length, at + 4 + view.getUint16(at + 2, true));
    if (at + 4 + 8 * wanted.length > end) break;
    wanted.forEach((key, i) => {
      sizes[key] = Number(view.getBigUint64(at + 4 + 8 * i, true));
    });
    return;
  }
  throw new FormatError('a 64-bit size is missing', where);
}

/** Members whose data overlap would expand to more than the file's length lets one expect. */
function withLimits(
  entries: readonly RawEntry[],
  directory: number,
  file?: string,
): Map<string, ZipEntry> {
  const sorted = [...entries].sort((a, b) => a.headerOffset - b.headerOffset);
  const limits = new Map(
    sorted.map((entry, i) => [entry.name, sorted[i + 1]?.headerOffset ?? directory]),
  );
  return new Map(
    entries.map((entry) => {
      const { name, headerOffset, compressedSize } = entry;
      const limit = limits.get(name)!;
      if (headerOffset + 30 + compressedSize > limit) {
        const problem = 'the member overlaps what follows it';
        throw new FormatError(problem, { file, member: name, offset: headerOffset });
      }
      return [name, { ...entry, limit }];
    }),
  );
}

/** UTF-8 where the bytes are that, else one character a byte. */
export function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.slice());
  } catch {
    return String.fromCharCode(...bytes);
  }
}
