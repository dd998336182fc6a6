import { FormatError } from '../../tensor/index.ts';

/** Where bytes stand in a file, for messages. */
export interface Place {
  readonly file?: string;
  readonly member?: string;
}

/** Sizes of addresses and lengths, which the file's first block chooses. */
export interface Sizes {
  readonly offsets: number;
  readonly lengths: number;
}

/** Reads little-endian numbers one behind the other; a FormatError where the bytes end. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly place: Place;
  readonly sizes: Sizes;
  /** Where the bytes begin in the file. */
  readonly address: number;
  at = 0;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, address: number, sizes: Sizes, place: Place) {
    this.bytes = bytes;
    this.address = address;
    this.sizes = sizes;
    this.place = place;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes that are not read yet. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  fail(problem: string, expected?: string, received?: string): never {
    const offset = this.address + this.at;
    throw new FormatError(problem, { ...this.place, offset, expected, received });
  }

  #take(length: number): number {
    if (length > this.left)
      this.fail('a structure ends too early', `${length} bytes`, `${this.left}`);
    const { at } = this;
    this.at += length;
    return at;
  }

  skip(length: number): void {
    this.#take(length);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** A number of up to 8 bytes; one that no file can need is refused. */
  uint(size: number): number {
    const start = this.#take(size);
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + this.bytes[start + i];
    if (Number.isSafeInteger(value)) return value;
    this.at = start;
    return this.fail('a number is larger than any file', undefined, String(value));
  }

  length(): number {
    return this.uint(this.sizes.lengths);
  }

  /** An address, or null for the undefined one. */
  pointer(): number | null {
    const size = this.sizes.offsets;
    const start = this.#take(size);
    if (this.bytes.subarray(start, start + size).every((byte) => byte === 0xff)) return null;
    this.at = start;
    return this.uint(size);
  }

  /** An address that must lead somewhere. */
  target(problem: string): number {
    return this.pointer() ?? this.fail(problem);
  }

  take(length: number): Uint8Array {
    const start = this.#take(length);
    return this.bytes.subarray(start, start + length);
  }

  /** A part of its own, read by its own cursor. */
  part(length: number): Cursor {
    const address = this.address + this.at;
    return new Cursor(this.take(length), address, this.sizes, this.place);
  }

  /** Skips to the next multiple of 8 from the beginning. */
  align(): void {
    this.skip(Math.min(-this.at & 7, this.left));
  }

  expect(signature: string): void {
    const found = String.fromCharCode(...this.take(signature.length));
    if (found === signature) return;
    this.at -= signature.length;
    this.fail('a structure is not what leads to it', signature, JSON.stringify(found));
  }

  /** A version among those that are known. */
  version(...known: readonly number[]): number {
    const version = this.u8();
    if (known.includes(version)) return version;
    this.at--;
    return this.fail('unknown version of a structure', known.join(' or '), String(version));
  }
}
