import type { PbfReader, PbfWriter } from 'pbf';
import {
  decodeMessage,
  encodeMessage,
  readInner,
  readText,
  writeInner,
  writeText,
} from './tfevents-protobuf.ts';

/** A hyperparameter's value. */
export type HparamValue = number | string | boolean;

/** What the plugin for hyperparameters keeps in an event: one of three messages (tensorboard/plugins/hparams). */
export type LogHparams =
  | {
      readonly part: 'experiment';
      readonly hparams: readonly string[];
      readonly metrics: readonly string[];
    }
  | {
      readonly part: 'start';
      readonly values: Readonly<Record<string, HparamValue>>;
      readonly group: string;
    }
  | { readonly part: 'end'; readonly status: number };

/** Tags of the three messages. */
export const hparamTags = {
  experiment: '_hparams_/experiment',
  start: '_hparams_/session_start_info',
  end: '_hparams_/session_end_info',
} as const;

const typeNumbers = { string: 1, boolean: 2, number: 3 } as const;

function readValue(field: number, into: { value: HparamValue | null }, reader: PbfReader): void {
  if (field === 2) into.value = reader.readDouble();
  else if (field === 3) into.value = readText(reader);
  else if (field === 4) into.value = reader.readBoolean();
}

function readName(wanted: number): (f: number, into: { name: string }, r: PbfReader) => void {
  return (field, into, reader) => {
    if (field === wanted) into.name = readText(reader);
  };
}

interface Data {
  result: LogHparams | null;
}

function readExperiment(reader: PbfReader): LogHparams {
  const hparams: string[] = [];
  const metrics: string[] = [];
  readInner(
    reader,
    (field, _, inner) => {
      if (field === 4) hparams.push(readInner(inner, readName(1), { name: '' }).name);
      else if (field === 5) {
        const found = { name: '' };
        readInner(
          inner,
          (part, into, name) => {
            if (part === 1) readInner(name, readName(2), into);
          },
          found,
        );
        metrics.push(found.name);
      }
    },
    null,
  );
  return { part: 'experiment', hparams, metrics };
}

function readStart(reader: PbfReader): LogHparams {
  const values: Record<string, HparamValue> = Object.create(null);
  const more = { group: '' };
  readInner(
    reader,
    (field, into, inner) => {
      if (field === 4) into.group = readText(inner);
      else if (field === 1) {
        const entry = { name: '', value: null as HparamValue | null };
        readInner(
          inner,
          (part, pair, value) => {
            if (part === 1) pair.name = readText(value);
            else if (part === 2) readInner(value, readValue, pair);
          },
          entry,
        );
        if (entry.value !== null) values[entry.name] = entry.value;
      }
    },
    more,
  );
  return { part: 'start', values, group: more.group };
}

function readEnd(reader: PbfReader): LogHparams {
  const found = { status: 0 };
  readInner(
    reader,
    (field, into, inner) => {
      if (field === 1) into.status = inner.readVarint();
    },
    found,
  );
  return { part: 'end', status: found.status };
}

/** Reads an HParamsPluginData message; null where it holds none of the three. */
export function decodeHparams(bytes: Uint8Array): LogHparams | null {
  const read = (field: number, into: Data, reader: PbfReader): void => {
    if (field === 2) into.result = readExperiment(reader);
    else if (field === 3) into.result = readStart(reader);
    else if (field === 4) into.result = readEnd(reader);
  };
  return decodeMessage('HParamsPluginData', read, { result: null } as Data, bytes).result;
}

function writeValue(writer: PbfWriter, value: HparamValue): void {
  if (typeof value === 'number') writer.writeDoubleField(2, value);
  else if (typeof value === 'string') writeText(writer, 3, value);
  else writer.writeBooleanField(4, value);
}

/** The three messages of one session: what is varied and measured, its values, and that it went well. */
export function encodeHparams(
  values: Readonly<Record<string, HparamValue>>,
  metrics: readonly string[],
): Readonly<Record<keyof typeof hparamTags, Uint8Array>> {
  const experiment = encodeMessage((writer) => {
    writeInner(writer, 2, (inner) => {
      for (const [name, value] of Object.entries(values)) {
        writeInner(inner, 4, (info) => {
          writeText(info, 1, name);
          info.writeVarintField(4, typeNumbers[typeof value as keyof typeof typeNumbers]);
        });
      }
      for (const metric of metrics) {
        writeInner(inner, 5, (info) => writeInner(info, 1, (tag) => writeText(tag, 2, metric)));
      }
    });
  });
  const start = encodeMessage((writer) => {
    writeInner(writer, 3, (inner) => {
      for (const [name, value] of Object.entries(values)) {
        writeInner(inner, 1, (entry) => {
          writeText(entry, 1, name);
          writeInner(entry, 2, (written) => writeValue(written, value));
        });
      }
    });
  });
  const end = encodeMessage((writer) => {
    writeInner(writer, 4, (inner) => inner.writeVarintField(1, 1));
  });
  return { experiment, start, end };
}
