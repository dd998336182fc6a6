import { deflateSync } from 'fflate';
import { FormatError } from '../tensor/index.ts';
import { joinBytes } from './byte-source.ts';
import { crc32 } from './crc32.ts';
import { checkMemberName } from './member-name.ts';
import { endBytes, signatures, viewOf } from './zip-directory.ts';

/** A file to put into an archive. */
export interface ZipInput {
  readonly name: string;
  /** The contents, in pieces where they are long. */
  readonly data: Uint8Array | readonly Uint8Array[];
}

/** The contents of zip's clock at 1980-01-01: files of the same contents are the same bytes. */
const fixedDate = (1 << 5) | 1;

/**
 * An archive in pieces, members in the order given. They are stored as they are unless `compress` asks for deflate, which
 * hardly makes weights smaller.
 */
export function* encodePieces(
  inputs: Iterable<ZipInput>,
  { compress = false }: { readonly compress?: boolean } = {},
): Generator<Uint8Array> {
  const directory: Uint8Array[] = [];
  const names = new Set<string>();
  let offset = 0;
  for (const { name, data } of inputs) {
    checkMemberName(name);
    if (names.has(name)) throw new FormatError('two members have this name', { member: name });
    names.add(name);
    const pieces = data instanceof Uint8Array ? [data] : data;
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const crc = pieces.reduce((sum, piece) => crc32(piece, sum), 0);
    const stored = compress ? [deflateSync(joinBytes(pieces), { level: 6 })] : pieces;
    const compressedSize = stored.reduce((sum, piece) => sum + piece.length, 0);
    const record = { name, crc, size, compressedSize, method: compress ? 8 : 0, offset };
    const local = encodeHeader(record, false);
    yield local;
    yield* stored;
    offset += local.length + compressedSize;
    directory.push(encodeHeader(record, true));
  }
  yield* directory;
  yield encodeEnd(offset, directory);
}

/** The same in one piece. */
export const encode = (
  inputs: Iterable<ZipInput>,
  options?: { readonly compress?: boolean },
): Uint8Array<ArrayBuffer> => joinBytes(encodePieces(inputs, options));

interface Header {
  readonly name: string;
  readonly crc: number;
  readonly size: number;
  readonly compressedSize: number;
  readonly method: number;
  readonly offset: number;
}

const most32 = 0xffffffff;

/** A member's header, or its record in the table of contents. */
function encodeHeader(header: Header, central: boolean): Uint8Array {
  const name = new TextEncoder().encode(header.name);
  const fields = [header.size, header.compressedSize];
  if (central) fields.push(header.offset);
  const wide = fields.some((value) => value >= most32);
  const extra = wide ? 4 + 8 * fields.length : 0;
  const fixed = central ? 46 : 30;
  const bytes = new Uint8Array(fixed + name.length + extra);
  const view = viewOf(bytes);
  view.setUint32(0, central ? signatures.central : signatures.local, true);
  let at = 4;
  if (central) {
    view.setUint16(4, (3 << 8) | 45, true); // made by version 4.5 on Unix
    at = 6;
  }
  view.setUint16(at, wide ? 45 : 20, true);
  view.setUint16(at + 2, 1 << 11, true); // names are UTF-8
  view.setUint16(at + 4, header.method, true);
  view.setUint16(at + 8, fixedDate, true);
  view.setUint32(at + 10, header.crc, true);
  view.setUint32(at + 14, wide ? most32 : header.compressedSize, true);
  view.setUint32(at + 18, wide ? most32 : header.size, true);
  view.setUint16(at + 22, name.length, true);
  view.setUint16(at + 24, extra, true);
  if (central) {
    view.setUint32(38, 0o100644 << 16, true); // a plain file
    view.setUint32(42, wide ? most32 : header.offset, true);
  }
  bytes.set(name, fixed);
  if (wide) {
    view.setUint16(fixed + name.length, 1, true);
    view.setUint16(fixed + name.length + 2, extra - 4, true);
    fields.forEach((value, i) => {
      view.setBigUint64(fixed + name.length + 4 + 8 * i, BigInt(value), true);
    });
  }
  return bytes;
}

/** The end record, with its 64-bit forms where they are needed. */
function encodeEnd(offset: number, directory: readonly Uint8Array[]): Uint8Array {
  const count = directory.length;
  const size = directory.reduce((sum, record) => sum + record.length, 0);
  const wide = count >= 0xffff || size >= most32 || offset >= most32;
  const bytes = new Uint8Array((wide ? 56 + 20 : 0) + endBytes);
  const view = viewOf(bytes);
  if (wide) {
    view.setUint32(0, signatures.end64, true);
    view.setBigUint64(4, 44n, true);
    view.setUint16(12, (3 << 8) | 45, true);
    view.setUint16(14, 45, true);
    [count, count, size, offset].forEach((value, i) => {
      view.setBigUint64(24 + 8 * i, BigInt(value), true);
    });
    view.setUint32(56, signatures.locator64, true);
    view.setBigUint64(64, BigInt(offset + size), true);
    view.setUint32(72, 1, true);
  }
  const at = bytes.length - endBytes;
  view.setUint32(at, signatures.end, true);
  view.setUint16(at + 8, Math.min(count, 0xffff), true);
  view.setUint16(at + 10, Math.min(count, 0xffff), true);
  view.setUint32(at + 12, wide ? most32 : size, true);
  view.setUint32(at + 16, wide ? most32 : offset, true);
  return bytes;
}
