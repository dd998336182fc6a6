import { PbfReader } from 'pbf';

/** A tag that was met before, and its bytes. */
interface KnownTag {
  readonly tag: string;
  readonly bytes: Uint8Array;
}

/** Sees a scalar of an event. */
export type SeeScalar = (tag: string, step: number, wallTime: number, value: number) => void;

const utf8 = new TextDecoder();

/**
 * Reads events that hold scalars alone, many times faster than `decodeEvent`: a log has hundreds of thousands of them, and
 * neither objects nor texts are made for what was met before.
 */
export class ScalarSkimmer {
  readonly #known: KnownTag[] = [];
  /** Where in `#known` the next tag is probably found: they take turns. */
  #guess = 0;
  #reader = new PbfReader(new Uint8Array(0));
  readonly #tags: string[] = [];
  readonly #values: number[] = [];

  /** Sees the scalars between `start` and `end`. False where there is anything else: then nothing was seen. */
  skim(bytes: Uint8Array, start: number, end: number, see: SeeScalar): boolean {
    if (this.#reader.buf !== bytes) this.#reader = new PbfReader(bytes);
    const reader = this.#reader;
    reader.pos = start;
    let step = 0;
    let wallTime = 0;
    let count = 0;
    for (let field = reader.nextField(end); field; field = reader.nextField(end)) {
      if (field === 1) wallTime = reader.readDouble();
      else if (field === 2) step = reader.readVarint(true);
      else if (field === 5) {
        count = this.#readSummary(end, count);
        if (count < 0) return false;
      } else return false;
    }
    if (reader.pos !== end || count === 0) return false;
    for (let i = 0; i < count; i++) see(this.#tags[i], step, wallTime, this.#values[i]);
    return true;
  }

  /** Adds a summary's scalars to the first `count`; the new count, or -1 where there is anything else. */
  #readSummary(limit: number, count: number): number {
    const reader = this.#reader;
    const end = reader.readVarint() + reader.pos;
    if (end > limit) return -1;
    while (reader.nextField(end) === 1) {
      const valueEnd = reader.readVarint() + reader.pos;
      if (valueEnd > end) return -1;
      let tagStart = -1;
      let tagEnd = -1;
      let value: number | null = null;
      for (let field = reader.nextField(valueEnd); field; field = reader.nextField(valueEnd)) {
        if (field === 1) {
          tagEnd = reader.readVarint() + reader.pos;
          tagStart = reader.pos;
          reader.pos = tagEnd;
          if (tagEnd > valueEnd) return -1;
        } else if (field === 2) value = reader.readFloat();
        else return -1;
      }
      if (value === null || tagStart < 0 || reader.pos !== valueEnd) return -1;
      this.#tags[count] = this.#tagAt(tagStart, tagEnd);
      this.#values[count++] = value;
    }
    return reader.pos === end ? count : -1;
  }

  #tagAt(start: number, end: number): string {
    const known = this.#known;
    for (let i = 0; i < known.length; i++) {
      const at = (this.#guess + i) % known.length;
      if (sameBytes(this.#reader.buf, start, end, known[at].bytes)) {
        this.#guess = (at + 1) % known.length;
        return known[at].tag;
      }
    }
    const bytes = this.#reader.buf.slice(start, end);
    const tag = utf8.decode(bytes);
    known.push({ tag, bytes });
    return tag;
  }
}

function sameBytes(buffer: Uint8Array, start: number, end: number, bytes: Uint8Array): boolean {
  if (end - start !== bytes.length) return false;
  // Tags of one run differ at their ends rather than at their beginnings.
  for (let i = bytes.length - 1; i >= 0; i--) if (buffer[start + i] !== bytes[i]) return false;
  return true;
}
