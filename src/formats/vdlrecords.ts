import type { PbfReader } from 'pbf';
import type { LogCurve, LogEvent, LogValue } from './log-value.ts';
import type { DecodedLog } from './tfevents.ts';
import { decodeMessage, readBytes, readInner, readText } from './tfevents-protobuf.ts';
import {
  broken,
  type DamagedRange,
  type Framing,
  incomplete,
  RecordScanner,
} from './tfevents-records.ts';
import { readAudio } from './tfevents-values.ts';

/**
 * VisualDL: length (uint64) and data, without sums. But all of a record is one field, whose length must agree; so a
 * place where no record begins is seen as such.
 */
export const vdlRecord: Framing = {
  before: 8,
  after: 0,
  lengthAt(bytes, at) {
    if (bytes.length - at < 16) return incomplete;
    for (let i = at + 4; i < at + 8; i++) if (bytes[i] !== 0) return broken;
    const length =
      (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
    if (length > 2 ** 30 || bytes[at + 8] !== 0x0a) return broken;
    let inner = 0;
    let scale = 1;
    for (let i = at + 9; i < at + 14; i++, scale *= 128) {
      inner += (bytes[i] & 127) * scale;
      if (bytes[i] < 128) return length === inner + (i + 1 - (at + 8)) ? length : broken;
    }
    return broken;
  },
  holds: () => true,
};

interface RawRecord {
  step: number;
  tag: string;
  timestamp: number;
  value: LogValue | null;
}

interface RawCurve {
  counts: [number[], number[], number[], number[]];
}

function readCurve(reader: PbfReader): LogCurve {
  const raw: RawCurve = { counts: [[], [], [], []] };
  readInner(
    reader,
    (field, { counts }, inner) => {
      if (field >= 1 && field <= 4) inner.readPackedVarint(counts[field - 1], true);
    },
    raw,
  );
  const [truePositives, falsePositives, trueNegatives, falseNegatives] = raw.counts;
  return { kind: 'curve', truePositives, falsePositives, trueNegatives, falseNegatives };
}

function readHistogram(reader: PbfReader): LogValue {
  const raw = { counts: [] as number[], edges: [] as number[] };
  readInner(
    reader,
    (field, into, inner) => {
      if (field === 1) inner.readPackedDouble(into.counts);
      else if (field === 2) inner.readPackedDouble(into.edges);
    },
    raw,
  );
  const counts = raw.counts.slice(0, Math.max(0, raw.edges.length - 1));
  const lefts = raw.edges.slice(0, counts.length);
  return { kind: 'histogram', counts, lefts, rights: raw.edges.slice(1, counts.length + 1) };
}

function readEmbeddings(reader: PbfReader): LogValue {
  const labels: string[] = [];
  const vectors: number[][] = [];
  readInner(
    reader,
    (field, _, inner) => {
      if (field !== 1) return;
      const one = { labels: [] as string[], vector: [] as number[] };
      readInner(
        inner,
        (part, into, point) => {
          if (part === 1) into.labels.push(readText(point));
          else if (part === 2) point.readPackedFloat(into.vector);
        },
        one,
      );
      labels.push(one.labels.join(', '));
      vectors.push(one.vector);
    },
    null,
  );
  return { kind: 'embedding', labels, vectors };
}

function readOneField(wanted: number, reader: PbfReader): Uint8Array {
  return readInner(
    reader,
    (field, into, inner) => {
      if (field === wanted) into.bytes = readBytes(inner);
    },
    { bytes: new Uint8Array(0) },
  ).bytes;
}

/** Fields of the message Value in VisualDL's record.proto. */
function readValue(field: number, record: RawRecord, reader: PbfReader): void {
  if (field === 1) record.step = reader.readVarint(true);
  else if (field === 2) record.tag = readText(reader);
  else if (field === 3) record.timestamp = reader.readVarint(true);
  else if (field === 4) record.value = { kind: 'scalar', value: reader.readFloat() };
  else if (field === 5) {
    const images = [readOneField(4, reader)];
    record.value = { kind: 'image', width: 0, height: 0, images };
  } else if (field === 6) record.value = readAudio(reader);
  else if (field === 7) record.value = readEmbeddings(reader);
  else if (field === 8) record.value = readHistogram(reader);
  else if (field === 9 || field === 11) record.value = readCurve(reader);
  else if (field === 12) {
    const texts = [new TextDecoder().decode(readOneField(1, reader))];
    record.value = { kind: 'text', shape: [], texts };
  } else if (field > 12) record.value = { kind: 'unknown', what: `VisualDL's field ${field}` };
}

/** Newer versions note milliseconds, older ones seconds. */
const secondsOf = (timestamp: number): number => (timestamp > 1e11 ? timestamp / 1000 : timestamp);

/** Reads one record of a VisualDL log. Its metadata give no value. */
export function decodeRecord(bytes: Uint8Array): LogEvent {
  const records: RawRecord[] = [];
  decodeMessage(
    'Record',
    (field, into, reader) => {
      if (field !== 1) return;
      const empty: RawRecord = { step: 0, tag: '', timestamp: 0, value: null };
      into.push(readInner(reader, readValue, empty));
    },
    records,
    bytes,
  );
  const values = records.flatMap(({ tag, value }) => (value ? [{ tag, value }] : []));
  const { step = 0, timestamp = 0 } = records[0] ?? {};
  return { step, wallTime: secondsOf(timestamp), values };
}

/** Whether bytes begin as a VisualDL log does. */
export const sniff = (bytes: Uint8Array): boolean => vdlRecord.lengthAt(bytes, 0) >= 0;

/**
 * Reads a VisualDL log. What is damaged is passed over and named.
 * @example const { events } = vdlrecords.decode(await readFile('vdlrecords.1597653555.log'));
 */
export function decode(bytes: Uint8Array): DecodedLog {
  const events: LogEvent[] = [];
  const unreadable: DamagedRange[] = [];
  const scanner = new RecordScanner(vdlRecord);
  scanner.push(bytes, (data, start, end, offset) => {
    try {
      events.push(decodeRecord(data.subarray(start, end)));
    } catch (error) {
      unreadable.push({ offset, length: end - start, reason: (error as Error).message });
    }
  });
  scanner.finish(bytes.length);
  const damage = [...scanner.damage, ...unreadable].sort((a, b) => a.offset - b.offset);
  return { events, damage };
}
