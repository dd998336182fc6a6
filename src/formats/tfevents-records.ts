import { maskedCrc32c } from './crc32c.ts';

/** Bytes of a log that hold no readable record. */
export interface DamagedRange {
  readonly offset: number;
  readonly length: number;
  readonly reason: string;
}

/** How the records of a log follow one another. */
export interface Framing {
  /** Bytes before and behind a record's data. */
  readonly before: number;
  readonly after: number;
  /** Length of the data of a record that begins at `at`; `broken`, or `incomplete` where more bytes are needed to tell. */
  lengthAt(bytes: Uint8Array, at: number): number;
  /** Whether data of a record is what was written. */
  holds(bytes: Uint8Array, start: number, end: number): boolean;
}

export const broken = -1;
export const incomplete = -2;

/** More than this in one record is nothing that a training writes. */
const maxRecordBytes = 2 ** 30;

const uint32 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;

/** TFRecord: length (uint64), its sum, data, its sum; sums are masked CRC-32C. */
export const tfRecord: Framing = {
  before: 12,
  after: 4,
  lengthAt(bytes, at) {
    if (bytes.length - at < 12) return incomplete;
    if (maskedCrc32c(bytes, at, at + 8) !== uint32(bytes, at + 8)) return broken;
    const length = uint32(bytes, at) + uint32(bytes, at + 4) * 2 ** 32;
    return length > maxRecordBytes ? broken : length;
  },
  holds: (bytes, start, end) => maskedCrc32c(bytes, start, end) === uint32(bytes, end),
};

/** Sees a record's data, from `start` to `end` of `bytes`; `offset` is where it lies in the file. */
export type SeeRecord = (bytes: Uint8Array, start: number, end: number, offset: number) => void;

/**
 * Finds the records of a log that may be damaged and may still grow. Behind a damaged place it goes on at the next
 * record that holds; what was lost is in `damage`. A last record that does not hold yet is looked at again when
 * something follows, since a writer may be in the middle of it.
 */
export class RecordScanner {
  /** Where in the file the next bytes to be given begin. */
  position = 0;
  /** Bytes that must be given at once for the next record to be read; 0 where that is not known. */
  needed = 0;
  readonly damage: DamagedRange[] = [];
  readonly #framing: Framing;
  /** Where the damage began that is being skipped. */
  #lostFrom: number | null = null;

  constructor(framing: Framing) {
    this.#framing = framing;
  }

  /** Where a damage begins whose end has not been found. */
  get lostFrom(): number | null {
    return this.#lostFrom;
  }

  /** Takes the file's bytes from `position` on and moves it behind the records that were complete. */
  push(bytes: Uint8Array, see: SeeRecord): void {
    const { before, after } = this.#framing;
    let at = 0;
    this.needed = 0;
    for (;;) {
      const length = this.#framing.lengthAt(bytes, at);
      if (length === incomplete) break;
      if (length === broken) {
        this.#lose(at);
        at++;
        continue;
      }
      const start = at + before;
      const end = start + length;
      if (end + after > bytes.length) {
        this.needed = end + after - at;
        break;
      }
      if (this.#framing.holds(bytes, start, end)) {
        this.#found(at);
        see(bytes, start, end, this.position + start);
        at = end + after;
      } else if (this.#lostFrom !== null) at++;
      else if (end + after === bytes.length) break;
      else {
        const reason = 'the data of a record do not have its sum';
        this.damage.push({ offset: this.position + at, length: end + after - at, reason });
        at = end + after;
      }
    }
    this.position += at;
  }

  /** Says of a file of `size` bytes, which will not grow, what is lost at its end. */
  finish(size: number): void {
    const offset = this.#lostFrom ?? this.position;
    if (offset < size) {
      const reason =
        this.#lostFrom === null ? 'the file ends within a record' : 'no further record holds';
      this.damage.push({ offset, length: size - offset, reason });
    }
    this.#lostFrom = null;
    this.position = size;
  }

  #lose(at: number): void {
    this.#lostFrom ??= this.position + at;
  }

  #found(at: number): void {
    if (this.#lostFrom === null) return;
    const length = this.position + at - this.#lostFrom;
    this.damage.push({ offset: this.#lostFrom, length, reason: 'no record begins here' });
    this.#lostFrom = null;
  }
}

/** A record as TFRecord files hold it. */
export function encodeRecord(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(bytes, 0, 8), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return bytes;
}
