import { inflateSync } from 'fflate';
import { FormatError } from '../../tensor/index.ts';
import { joinBytes } from '../byte-source.ts';
import { inflate } from '../inflate.ts';
import type { Cursor, Place } from './cursor.ts';

/** A step that chunks went through when they were written. */
export interface Filter {
  readonly id: number;
  readonly name: string;
  readonly values: readonly number[];
}

const ids = { deflate: 1, shuffle: 2, fletcher32: 3, lzf: 32000 } as const;
const known: Readonly<Record<number, string>> = {
  1: 'deflate',
  2: 'shuffle',
  3: 'fletcher32',
  4: 'szip',
  5: 'nbit',
  6: 'scaleoffset',
  32000: 'lzf',
};
const mostFilters = 8;

/** Reads the list of filters; one that is not known here is refused. */
export function readFilters(cursor: Cursor): Filter[] {
  const version = cursor.version(1, 2);
  const count = cursor.u8();
  if (count > mostFilters) cursor.fail('too many filters', `at most ${mostFilters}`, `${count}`);
  if (version === 1) cursor.skip(6);
  return Array.from({ length: count }, () => {
    const id = cursor.u16();
    const nameLength = version === 1 || id >= 256 ? cursor.u16() : 0;
    cursor.skip(2);
    const count = cursor.u16();
    cursor.skip(version === 1 ? (nameLength + 7) & ~7 : nameLength);
    const values = Array.from({ length: count }, () => cursor.u32());
    if (version === 1 && count % 2) cursor.skip(4);
    const name = Object.hasOwn(known, id) ? known[id] : `number ${id}`;
    if (!(Object.values(ids) as number[]).includes(id)) {
      cursor.fail(
        `data compressed with the filter ${name} are not read`,
        Object.keys(ids).join(', '),
      );
    }
    return { id, name, values };
  });
}

/** The bytes of a chunk before they were filtered; `size` is what they must be. */
export async function unfilter(
  bytes: Uint8Array,
  filters: readonly Filter[],
  mask: number,
  size: number,
  place: Place,
): Promise<Uint8Array> {
  let result = bytes;
  for (let i = filters.length - 1; i >= 0; i--) {
    if (mask & (1 << i)) continue;
    const { id, values } = filters[i];
    // Steps behind this one may have added a few bytes, such as sums.
    const most = size + 4 * filters.length;
    if (id === ids.deflate) result = await inflateChunk(result, most, place);
    else if (id === ids.shuffle) result = unshuffle(result, values[0] ?? 1);
    else if (id === ids.fletcher32) result = checkFletcher32(result, place);
    else result = decodeLzf(result, most, place);
  }
  if (result.length === size) return result;
  const [expected, received] = [`${size} bytes`, String(result.length)];
  throw new FormatError('a chunk has another size', { ...place, expected, received });
}

/** A zlib stream (RFC 1950): it ends as soon as more comes out than the chunk can hold. */
async function inflateChunk(
  bytes: Uint8Array,
  maxBytes: number,
  place: Place,
): Promise<Uint8Array> {
  const header = bytes.length > 6 ? bytes[0] * 256 + bytes[1] : -1;
  if ((bytes[0] & 15) !== 8 || header % 31 !== 0 || bytes[1] & 32) {
    throw new FormatError('a chunk is not compressed as it says', { ...place, expected: 'zlib' });
  }
  const body = bytes.subarray(2, -4);
  const result =
    body.length <= smallChunk
      ? inflateAtOnce(body, maxBytes, place)
      : await inflateInPieces(body, maxBytes, place);
  const end = bytes.length - 4;
  const sum = new DataView(bytes.buffer, bytes.byteOffset + end).getUint32(0);
  if (adler32(result) !== sum) throw new FormatError('a chunk is damaged (Adler-32)', place);
  return result;
}

/** Starting the engine's inflater takes longer than so few bytes. Even they cannot expand to more than 64 MiB. */
const smallChunk = 1 << 16;

function inflateAtOnce(body: Uint8Array, maxBytes: number, place: Place): Uint8Array {
  let result: Uint8Array;
  try {
    // What comes beyond the end of the array is dropped: one byte more than is allowed tells.
    result = inflateSync(body, { out: new Uint8Array(maxBytes + 1) });
  } catch {
    throw new FormatError('a chunk is damaged (deflate)', place);
  }
  if (result.length <= maxBytes) return result;
  const expected = `at most ${maxBytes} bytes`;
  throw new FormatError('a chunk expands to more than it can hold', { ...place, expected });
}

async function inflateInPieces(
  body: Uint8Array,
  maxBytes: number,
  place: Place,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of inflate([body], { ...place, maxBytes })) pieces.push(piece);
  return joinBytes(pieces);
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let at = 0; at < bytes.length; ) {
    // As many sums as stay exact in 32 bits.
    const end = Math.min(bytes.length, at + 3800);
    for (; at < end; at++) {
      a += bytes[at];
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}

/** Puts the bytes of each element together again; they were sorted by their place in it. */
function unshuffle(bytes: Uint8Array, width: number): Uint8Array {
  if (width <= 1) return bytes;
  const count = Math.floor(bytes.length / width);
  const result = bytes.slice();
  for (let k = 0; k < width; k++) {
    for (let i = 0; i < count; i++) result[i * width + k] = bytes[k * count + i];
  }
  return result;
}

function checkFletcher32(bytes: Uint8Array, place: Place): Uint8Array {
  const end = bytes.length - 4;
  if (end < 0) throw new FormatError('a chunk ends too early', place);
  const data = bytes.subarray(0, end);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + end).getUint32(0, true);
  if (fletcher32(data) !== stored) throw new FormatError('a chunk is damaged (Fletcher-32)', place);
  return data;
}

function fletcher32(bytes: Uint8Array): number {
  let [a, b] = [0, 0];
  const add = (word: number): void => {
    a = (a + word) % 65535;
    b = (b + a) % 65535;
  };
  for (let at = 0; at + 1 < bytes.length; at += 2) add(bytes[at] * 256 + bytes[at + 1]);
  if (bytes.length % 2) add(bytes[bytes.length - 1] * 256);
  return ((b << 16) | a) >>> 0;
}

/** Marc Lehmann's LZF, h5py's own fast compression: runs of literals and references backwards. */
function decodeLzf(bytes: Uint8Array, most: number, place: Place): Uint8Array {
  const result = new Uint8Array(most);
  const damaged = (): never => {
    throw new FormatError('a chunk is damaged (LZF)', place);
  };
  let to = 0;
  for (let at = 0; at < bytes.length; ) {
    const control = bytes[at++];
    if (control < 32) {
      const length = control + 1;
      if (at + length > bytes.length || to + length > most) damaged();
      result.set(bytes.subarray(at, at + length), to);
      at += length;
      to += length;
      continue;
    }
    let length = control >> 5;
    if (length === 7) length += bytes[at++] ?? damaged();
    length += 2;
    const back = ((control & 31) << 8) + (bytes[at++] ?? damaged()) + 1;
    if (back > to || to + length > most) damaged();
    for (let i = 0; i < length; i++, to++) result[to] = result[to - back];
  }
  return result.subarray(0, to);
}
