import type { PbfReader } from 'pbf';
import type { LogEvent, LogValue } from './log-value.ts';
import { decodeGraph, encodeGraph } from './tfevents-graph.ts';
import { encodeHparams, type HparamValue, hparamTags } from './tfevents-hparams.ts';
import {
  decodeMessage,
  encodeMessage,
  readBytes,
  readInner,
  readText,
  writeInner,
  writeText,
} from './tfevents-protobuf.ts';
import { type DamagedRange, encodeRecord, RecordScanner, tfRecord } from './tfevents-records.ts';
import {
  emptyValue,
  interpretValue,
  plugins,
  type RawValue,
  readValueField,
  writePluginValue,
  writeValue,
} from './tfevents-values.ts';

export { type HparamValue, hparamTags } from './tfevents-hparams.ts';
export { type DamagedRange, RecordScanner, tfRecord } from './tfevents-records.ts';

/** The first event of every file. */
const FILE_VERSION = 'brain.Event:2';

interface RawEvent {
  wallTime: number;
  step: number;
  fileVersion: string | undefined;
  graph: Uint8Array | null;
  values: RawValue[];
}

function readSummary(field: number, values: RawValue[], reader: PbfReader): void {
  if (field === 1) values.push(readInner(reader, readValueField, emptyValue()));
}

function readEvent(field: number, event: RawEvent, reader: PbfReader): void {
  if (field === 1) event.wallTime = reader.readDouble();
  else if (field === 2) event.step = reader.readVarint(true);
  else if (field === 3) event.fileVersion = readText(reader);
  else if (field === 4) event.graph = readBytes(reader);
  else if (field === 5) readInner(reader, readSummary, event.values);
}

/**
 * Reads one event. `pluginOf` remembers which plugin a tag belongs to, which a file says once: give the same map for all
 * events of a file.
 */
export function decodeEvent(
  bytes: Uint8Array,
  pluginOf: Map<string, string> = new Map(),
): LogEvent {
  const raw = decodeMessage(
    'Event',
    readEvent,
    { wallTime: 0, step: 0, fileVersion: undefined, graph: null, values: [] } as RawEvent,
    bytes,
  );
  const values: { tag: string; value: LogValue }[] = raw.values.map((value) => {
    if (value.plugin) pluginOf.set(value.tag, value.plugin);
    return {
      tag: value.tag,
      value: interpretValue(value, value.plugin || (pluginOf.get(value.tag) ?? '')),
    };
  });
  if (raw.graph) values.push({ tag: '', value: { kind: 'graph', graph: decodeGraph(raw.graph) } });
  const { wallTime, step, fileVersion } = raw;
  return { wallTime, step, ...(fileVersion === undefined ? {} : { fileVersion }), values };
}

/** One event's message, without the frame of a record. */
export function encodeEvent({ wallTime, step, fileVersion, values }: LogEvent): Uint8Array {
  return encodeMessage((writer) => {
    writer.writeDoubleField(1, wallTime);
    if (step !== 0) writer.writeVarintField(2, step);
    if (fileVersion !== undefined) writeText(writer, 3, fileVersion);
    const summary = values.filter(({ value }) => value.kind !== 'graph');
    for (const { value } of values) {
      if (value.kind === 'graph') writer.writeBytesField(4, encodeGraph(value.graph));
    }
    if (!summary.length) return;
    writeInner(writer, 5, (inner) => {
      for (const { tag, value } of summary) {
        writeInner(inner, 1, (written) => writeValue(written, tag, value));
      }
    });
  });
}

/** The record that every event file begins with. */
export const encodeHeader = (wallTime: number): Uint8Array<ArrayBuffer> =>
  encodeRecord(encodeEvent({ wallTime, step: 0, fileVersion: FILE_VERSION, values: [] }));

/** An event as a record, ready to be appended to a file. */
export const encodeEventRecord = (event: LogEvent): Uint8Array<ArrayBuffer> =>
  encodeRecord(encodeEvent(event));

/** The three records that tell TensorBoard of a session with these hyperparameters. */
export function encodeHparamRecords(
  wallTime: number,
  values: Readonly<Record<string, HparamValue>>,
  metrics: readonly string[],
): readonly Uint8Array<ArrayBuffer>[] {
  const parts = encodeHparams(values, metrics);
  return (['experiment', 'start', 'end'] as const).map((part) =>
    encodeRecord(
      encodeMessage((writer) => {
        writer.writeDoubleField(1, wallTime);
        writeInner(writer, 5, (summary) => {
          writeInner(summary, 1, (value) => {
            writePluginValue(value, hparamTags[part], plugins.hparams, parts[part]);
          });
        });
      }),
    ),
  );
}

/** An event file's bytes. */
export function encode(events: Iterable<LogEvent>): Uint8Array<ArrayBuffer> {
  const records = [...events].map(encodeEventRecord);
  const bytes = new Uint8Array(records.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const record of records) {
    bytes.set(record, at);
    at += record.length;
  }
  return bytes;
}

/** Events of a file, and the parts of it that could not be read. */
export interface DecodedLog {
  readonly events: readonly LogEvent[];
  readonly damage: readonly DamagedRange[];
}

/** Whether bytes begin as an event file does. */
export const sniff = (bytes: Uint8Array): boolean => tfRecord.lengthAt(bytes, 0) >= 0;

/**
 * Reads an event file. What is damaged is passed over and named.
 * @example const { events, damage } = tfevents.decode(await readFile(path));
 */
export function decode(bytes: Uint8Array): DecodedLog {
  const events: LogEvent[] = [];
  const unreadable: DamagedRange[] = [];
  const pluginOf = new Map<string, string>();
  const scanner = new RecordScanner(tfRecord);
  scanner.push(bytes, (data, start, end, offset) => {
    try {
      events.push(decodeEvent(data.subarray(start, end), pluginOf));
    } catch (error) {
      unreadable.push({ offset, length: end - start, reason: (error as Error).message });
    }
  });
  scanner.finish(bytes.length);
  const damage = [...scanner.damage, ...unreadable].sort((a, b) => a.offset - b.offset);
  return { events, damage };
}
