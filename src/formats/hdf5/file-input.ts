import { FormatError } from '../../tensor/index.ts';
import type { ByteSource } from '../byte-source.ts';
import { Cursor, type Place, type Sizes } from './cursor.ts';
import { lookup3 } from './lookup3.ts';

/** Small reads come out of pages of this size. */
const pageBytes = 1 << 15;
const mostPages = 64;
/** Structures that describe the data; a sound model file has a few thousand. */
const mostStructures = 500_000;
/** No single structure is larger: names and configs stand in them, data do not. */
const mostStructureBytes = 1 << 26;

/** An HDF5 file's bytes, read in pieces with a limit on how many structures may be visited. */
export class FileInput {
  readonly source: ByteSource;
  readonly place: Place;
  /** The most bytes that one data set may have in memory. */
  readonly maxBytes: number;
  /** What addresses are counted from. */
  base = 0;
  sizes: Sizes = { offsets: 8, lengths: 8 };
  #structures = 0;
  readonly #pages = new Map<number, Uint8Array>();

  constructor(source: ByteSource, place: Place, maxBytes: number) {
    this.source = source;
    this.place = place;
    this.maxBytes = maxBytes;
  }

  fail(problem: string, offset?: number, expected?: string, received?: string): never {
    throw new FormatError(problem, { ...this.place, offset, expected, received });
  }

  /** Bytes at an address; a FormatError where the file ends before. */
  async bytes(address: number, length: number): Promise<Uint8Array> {
    const start = this.base + address;
    const left = this.source.size - start;
    if (length > left || left < 0) {
      this.fail(
        'an address leads out of the file',
        start,
        `${length} bytes`,
        `${Math.max(0, left)}`,
      );
    }
    if (length > pageBytes / 2) return this.source.read(start, length);
    const page = Math.floor(start / pageBytes);
    const last = Math.floor((start + length - 1) / pageBytes);
    const first = await this.#page(page);
    const from = start - page * pageBytes;
    if (last <= page) return first.subarray(from, from + length);
    const bytes = new Uint8Array(length);
    bytes.set(first.subarray(from));
    bytes.set((await this.#page(last)).subarray(0, length - (pageBytes - from)), pageBytes - from);
    return bytes;
  }

  async #page(index: number): Promise<Uint8Array> {
    const known = this.#pages.get(index);
    if (known) return known;
    const start = index * pageBytes;
    const page = await this.source.read(start, Math.min(pageBytes, this.source.size - start));
    if (this.#pages.size >= mostPages)
      this.#pages.delete(this.#pages.keys().next().value as number);
    this.#pages.set(index, page);
    return page;
  }

  /** The first bytes of a structure whose length is not known yet: as many, or what the file has left. */
  beginning(address: number, mostBytes: number): Promise<Cursor> {
    const left = Math.max(1, this.source.size - this.base - address);
    return this.structure(address, Math.min(mostBytes, left));
  }

  /** A structure at an address. */
  async structure(address: number, length: number): Promise<Cursor> {
    if (++this.#structures > mostStructures) {
      this.fail(`the file has more than ${mostStructures} structures`);
    }
    if (length > mostStructureBytes) {
      this.fail('a structure is too large', address, `at most ${mostStructureBytes}`, `${length}`);
    }
    const bytes = await this.bytes(address, length);
    return new Cursor(bytes, this.base + address, this.sizes, this.place);
  }

  /** A structure whose last four bytes are the checksum of the others. */
  async checkedStructure(address: number, length: number): Promise<Cursor> {
    const cursor = await this.structure(address, length);
    this.check(cursor);
    return cursor;
  }

  /** Compares the last four bytes of a structure with the sum of those before. */
  check({ bytes, address }: Cursor): void {
    const end = bytes.length - 4;
    if (end < 0) this.fail('a structure ends too early', address);
    const stored = new DataView(bytes.buffer, bytes.byteOffset + end).getUint32(0, true);
    if (stored !== lookup3(bytes.subarray(0, end))) {
      this.fail('a structure is damaged: its checksum does not agree', address);
    }
  }
}
