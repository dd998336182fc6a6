import { open } from 'node:fs/promises';
import type { LogEvent, LogKind } from '../../formats/log-value.ts';
import { type DamagedRange, decodeEvent, RecordScanner, tfRecord } from '../../formats/tfevents.ts';
import { ScalarSkimmer } from '../../formats/tfevents-skim.ts';
import { decodeRecord, vdlRecord } from '../../formats/vdlrecords.ts';
import { PlaceColumn, ScalarColumn } from './columns.ts';

/** Kinds of values that stay on the disk. */
export type StoredKind = Exclude<LogKind, 'scalar' | 'unknown'>;

/** More damaged places of a file than anyone reads are counted only. */
const MOST_DAMAGE = 20;
const CHUNK = 1 << 20;
/** A record that is larger is passed over: it would have to be in memory whole. */
const MOST_RECORD = 256 << 20;

/** What of a log file is kept in memory: its scalars, and where everything else is. It is read on while it grows. */
export class LogFile {
  readonly path: string;
  readonly scalars = new Map<string, ScalarColumn>();
  readonly stored = new Map<StoredKind, Map<string, PlaceColumn>>();
  readonly damage: DamagedRange[] = [];
  damageCount = 0;
  /** Seconds since 1970 of the first event that has a time. */
  firstWallTime: number | null = null;
  /** Kinds that this board does not show, by their names. */
  readonly unknown = new Set<string>();
  readonly #pluginOf = new Map<string, string>();
  readonly #isVisualDl: boolean;
  readonly #skimmer = new ScalarSkimmer();
  readonly #scanner: RecordScanner;
  #toldDamage = 0;

  constructor(path: string, isVisualDl: boolean) {
    this.path = path;
    this.#isVisualDl = isVisualDl;
    this.#scanner = new RecordScanner(isVisualDl ? vdlRecord : tfRecord);
  }

  /** Bytes that have been read. */
  get position(): number {
    return this.#scanner.position;
  }

  /** Bytes of memory that the index takes. */
  get bytes(): number {
    let sum = 0;
    for (const column of this.scalars.values()) sum += column.bytes;
    for (const byTag of this.stored.values()) for (const c of byTag.values()) sum += c.bytes;
    return sum;
  }

  /** Reads what is new in a file of `size` bytes; whether there was anything. */
  async readOn(size: number, buffer: LogBuffer): Promise<boolean> {
    if (size <= this.position) return false;
    const before = this.position;
    const file = await open(this.path, 'r');
    try {
      for (let wanted = CHUNK; this.position < size; ) {
        const length = Math.min(wanted, size - this.position);
        const target = buffer.atLeast(length);
        const { bytesRead } = await file.read(target, 0, length, this.position);
        const from = this.position;
        this.#scanner.push(target.subarray(0, bytesRead), this.#see);
        this.#noteDamage();
        if (bytesRead < length) break;
        if (this.position > from) wanted = CHUNK;
        else {
          const { needed } = this.#scanner;
          if (needed > MOST_RECORD) this.#passOver(needed);
          // The next record is larger than what was read, or not all there yet.
          else if (this.position + Math.max(needed, wanted + 1) > size) break;
          else wanted = Math.max(needed, 2 * wanted);
        }
      }
    } finally {
      await file.close();
    }
    return this.position > before;
  }

  /** Reads the value at a place of the index. */
  async readEvent(offset: number, length: number): Promise<LogEvent> {
    const file = await open(this.path, 'r');
    try {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await file.read(bytes, 0, length, offset);
      return this.#decode(bytes.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  }

  #decode(bytes: Uint8Array): LogEvent {
    return this.#isVisualDl ? decodeRecord(bytes) : decodeEvent(bytes, this.#pluginOf);
  }

  readonly #addScalar = (tag: string, step: number, wallTime: number, value: number): void => {
    this.firstWallTime ??= wallTime;
    let column = this.scalars.get(tag);
    if (!column) {
      column = new ScalarColumn();
      this.scalars.set(tag, column);
    }
    column.push(step, wallTime, value);
  };

  readonly #see = (bytes: Uint8Array, start: number, end: number, offset: number): void => {
    try {
      // A tag that has a plugin is left to the full reader, which knows what it means.
      if (!this.#isVisualDl && this.#skimmer.skim(bytes, start, end, this.#addScalar)) return;
      const event = this.#decode(bytes.subarray(start, end));
      for (const { tag, value } of event.values) {
        if (value.kind === 'scalar') this.#addScalar(tag, event.step, event.wallTime, value.value);
        else if (value.kind === 'unknown') this.unknown.add(value.what);
        else this.#addPlace(value.kind, tag, event, offset, end - start);
      }
    } catch (error) {
      this.#addDamage({ offset, length: end - start, reason: (error as Error).message });
    }
  };

  #addPlace(
    kind: StoredKind,
    tag: string,
    { step, wallTime }: LogEvent,
    offset: number,
    length: number,
  ): void {
    this.firstWallTime ??= wallTime;
    let byTag = this.stored.get(kind);
    if (!byTag) {
      byTag = new Map();
      this.stored.set(kind, byTag);
    }
    let column = byTag.get(tag);
    if (!column) {
      column = new PlaceColumn();
      byTag.set(tag, column);
    }
    column.push(step, wallTime, offset, length);
  }

  #noteDamage(): void {
    const { damage } = this.#scanner;
    for (; this.#toldDamage < damage.length; this.#toldDamage++) {
      this.#addDamage(damage[this.#toldDamage]);
    }
  }

  #addDamage(range: DamagedRange): void {
    this.damageCount++;
    if (this.damage.length < MOST_DAMAGE) this.damage.push(range);
  }

  #passOver(length: number): void {
    const reason = `a record of more than ${MOST_RECORD >> 20} MiB is not read`;
    this.#addDamage({ offset: this.position, length, reason });
    this.#scanner.position += length;
  }
}

/** Memory to read into, used for one file after the other. */
export class LogBuffer {
  #bytes = new Uint8Array(CHUNK);

  atLeast(length: number): Uint8Array {
    if (length > CHUNK) return new Uint8Array(length);
    return this.#bytes;
  }
}
