import type { PbfReader, PbfWriter } from 'pbf';
import { FormatError } from '../tensor/index.ts';
import type {
  LogAudio,
  LogCurve,
  LogHistogram,
  LogImages,
  LogSamples,
  LogText,
  LogValue,
} from './log-value.ts';
import { decodeHparams } from './tfevents-hparams.ts';
import {
  encodeMessage,
  readBytes,
  readInner,
  readText,
  writeInner,
  writeText,
} from './tfevents-protobuf.ts';
import { type EventTensor, readTensor, writeNumbers, writeStrings } from './tfevents-tensor.ts';

/** Names under which TensorBoard's plugins find their data, and one of our own. */
export const plugins = {
  scalars: 'scalars',
  images: 'images',
  histograms: 'histograms',
  text: 'text',
  curves: 'pr_curves',
  hparams: 'hparams',
  samples: 'gradus_samples',
} as const;

/** A Summary.Value as it stands in the file. */
export interface RawValue {
  tag: string;
  plugin: string;
  content: Uint8Array;
  simple: number | null;
  image: LogImages | null;
  histogram: LogHistogram | null;
  audio: LogAudio | null;
  tensor: EventTensor | null;
}

export const emptyValue = (): RawValue => ({
  tag: '',
  plugin: '',
  content: new Uint8Array(0),
  simple: null,
  image: null,
  histogram: null,
  audio: null,
  tensor: null,
});

const utf8 = new TextDecoder();

function readPluginData(field: number, value: RawValue, reader: PbfReader): void {
  if (field === 1) value.plugin = readText(reader);
  else if (field === 2) value.content = readBytes(reader);
}

function readMetadata(field: number, value: RawValue, reader: PbfReader): void {
  if (field === 1) readInner(reader, readPluginData, value);
}

function readImage(reader: PbfReader): LogImages {
  const raw = { width: 0, height: 0, bytes: new Uint8Array(0) };
  readInner(
    reader,
    (field, into, inner) => {
      if (field === 1) into.height = inner.readVarint();
      else if (field === 2) into.width = inner.readVarint();
      else if (field === 4) into.bytes = readBytes(inner);
    },
    raw,
  );
  return { kind: 'image', width: raw.width, height: raw.height, images: [raw.bytes] };
}

/** Reads a sound; VisualDL's message has the same fields. */
export function readAudio(reader: PbfReader): LogAudio {
  const raw = { sampleRate: 0, contentType: '', sound: new Uint8Array(0) };
  readInner(
    reader,
    (field, into, inner) => {
      if (field === 1) into.sampleRate = inner.readFloat();
      else if (field === 4) into.sound = readBytes(inner);
      else if (field === 5) into.contentType = readText(inner);
    },
    raw,
  );
  return { kind: 'audio', ...raw };
}

/** A HistogramProto gives right edges alone; the outermost may be infinite, where the smallest and largest value stand in. */
function readHistogram(reader: PbfReader): LogHistogram {
  const raw = { min: 0, max: 0, limits: [] as number[], counts: [] as number[] };
  readInner(
    reader,
    (field, into, inner) => {
      if (field === 1) into.min = inner.readDouble();
      else if (field === 2) into.max = inner.readDouble();
      else if (field === 6) inner.readPackedDouble(into.limits);
      else if (field === 7) inner.readPackedDouble(into.counts);
    },
    raw,
  );
  const lefts: number[] = [];
  const rights: number[] = [];
  const counts: number[] = [];
  const n = Math.min(raw.limits.length, raw.counts.length);
  for (let i = 0; i < n; i++) {
    const left = Math.max(raw.min, i > 0 ? raw.limits[i - 1] : raw.min);
    const right = Math.min(raw.max, raw.limits[i]);
    if (raw.counts[i] === 0 && !(right > left)) continue;
    lefts.push(Math.min(left, right));
    rights.push(Math.max(left, right));
    counts.push(raw.counts[i]);
  }
  return { kind: 'histogram', lefts, rights, counts };
}

/** Reads a field of a Summary.Value. */
export function readValueField(field: number, value: RawValue, reader: PbfReader): void {
  if (field === 1) value.tag = readText(reader);
  else if (field === 2) value.simple = reader.readFloat();
  else if (field === 4) value.image = readImage(reader);
  else if (field === 5) value.histogram = readHistogram(reader);
  else if (field === 6) value.audio = readAudio(reader);
  else if (field === 8) value.tensor = readTensor(reader);
  else if (field === 9) readInner(reader, readMetadata, value);
}

function tensorScalar({ numbers }: EventTensor): LogValue {
  return { kind: 'scalar', value: numbers?.[0] ?? Number.NaN };
}

function tensorImages({ strings }: EventTensor): LogValue {
  const [width = new Uint8Array(0), height = new Uint8Array(0), ...images] = strings ?? [];
  return {
    kind: 'image',
    width: Number(utf8.decode(width)) || 0,
    height: Number(utf8.decode(height)) || 0,
    images,
  };
}

function tensorHistogram({ shape, numbers }: EventTensor): LogValue {
  if (!numbers || numbers.length % 3 !== 0 || shape.at(-1) !== 3) {
    throw new FormatError('a histogram is no table of three columns');
  }
  const column = (c: number): number[] => numbers.filter((_, i) => i % 3 === c);
  return { kind: 'histogram', lefts: column(0), rights: column(1), counts: column(2) };
}

function tensorText({ shape, strings }: EventTensor): LogText {
  return { kind: 'text', shape, texts: (strings ?? []).map((bytes) => utf8.decode(bytes)) };
}

function tensorCurve({ shape, numbers }: EventTensor): LogCurve {
  if (!numbers || shape.length !== 2 || shape[0] !== 6 || numbers.length !== 6 * shape[1]) {
    throw new FormatError('a precision-recall curve is no table of six rows');
  }
  const row = (r: number): number[] => numbers.slice(r * shape[1], (r + 1) * shape[1]);
  return {
    kind: 'curve',
    truePositives: row(0),
    falsePositives: row(1),
    trueNegatives: row(2),
    falseNegatives: row(3),
  };
}

const isNumbers = (x: unknown): x is number[] =>
  Array.isArray(x) && x.every((n) => typeof n === 'number');

function tensorSamples({ strings }: EventTensor): LogSamples {
  const [about = new Uint8Array(0), ...images] = strings ?? [];
  const { classNames, labels, predictions } = parseObject(utf8.decode(about));
  const holds =
    Array.isArray(classNames) &&
    classNames.every((name) => typeof name === 'string') &&
    isNumbers(labels) &&
    labels.length === images.length &&
    Array.isArray(predictions) &&
    (predictions.length === 0 || predictions.length === images.length) &&
    predictions.every(isNumbers);
  if (!holds) throw new FormatError('the samples do not have labels and predictions of their own');
  return { kind: 'samples', images, classNames, labels, predictions };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    throw new FormatError('the samples are not described by JSON');
  }
}

const tensorReaders: Readonly<Record<string, (tensor: EventTensor) => LogValue>> = {
  [plugins.scalars]: tensorScalar,
  [plugins.images]: tensorImages,
  [plugins.histograms]: tensorHistogram,
  [plugins.text]: tensorText,
  [plugins.curves]: tensorCurve,
  [plugins.samples]: tensorSamples,
};

/** What a value means. A file names a tag's plugin in its first value only, so `plugin` may come from there. */
export function interpretValue(raw: RawValue, plugin: string): LogValue {
  if (plugin === plugins.hparams) {
    const hparams = decodeHparams(raw.content);
    if (hparams) return { kind: 'hparams', hparams };
  }
  if (raw.simple !== null) return { kind: 'scalar', value: raw.simple };
  if (raw.image) return raw.image;
  if (raw.histogram) return raw.histogram;
  if (raw.audio) return raw.audio;
  if (raw.tensor) {
    const read = Object.hasOwn(tensorReaders, plugin) ? tensorReaders[plugin] : null;
    if (read) return read(raw.tensor);
    if (raw.tensor.strings) return tensorText(raw.tensor);
    if (raw.tensor.numbers?.length === 1) return tensorScalar(raw.tensor);
  }
  return { kind: 'unknown', what: plugin || 'a value without a plugin' };
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function writeMetadata(writer: PbfWriter, plugin: string, content: Uint8Array): void {
  writeInner(writer, 9, (metadata) => {
    writeInner(metadata, 1, (data) => {
      writeText(data, 1, plugin);
      data.writeBytesField(2, content);
    });
  });
}

const noContent = new Uint8Array(0);

/** What a histogram's summary says besides its buckets, from their middles. */
function moments({ lefts, rights, counts }: LogHistogram): readonly number[] {
  let [n, sum, squares] = [0, 0, 0];
  for (let i = 0; i < counts.length; i++) {
    const middle = (lefts[i] + rights[i]) / 2;
    n += counts[i];
    sum += counts[i] * middle;
    squares += counts[i] * middle * middle;
  }
  return [lefts[0] ?? 0, rights.at(-1) ?? 0, n, sum, squares];
}

/** Buckets that do not touch get an empty one in between, since the format has right edges alone. */
function writeHistogram(writer: PbfWriter, histogram: LogHistogram): void {
  moments(histogram).forEach((value, i) => {
    writer.writeDoubleField(i + 1, value);
  });
  const { lefts, rights, counts } = histogram;
  const limits: number[] = [];
  const filled: number[] = [];
  for (let i = 0; i < counts.length; i++) {
    if (i > 0 && lefts[i] > rights[i - 1]) {
      limits.push(lefts[i]);
      filled.push(0);
    }
    limits.push(rights[i]);
    filled.push(counts[i]);
  }
  writer.writePackedDouble(6, limits);
  writer.writePackedDouble(7, filled);
}

function curveRows(curve: LogCurve): number[] {
  const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = curve;
  const share = (a: readonly number[], b: readonly number[]): number[] =>
    a.map((x, i) => x / Math.max(1e-7, x + b[i]));
  return [tp, fp, tn, fn, share(tp, fp), share(tp, fn)].flat();
}

/** Writes a Summary.Value. Scalars, pictures and histograms take the older, smaller form that every reader knows. */
export function writeValue(writer: PbfWriter, tag: string, value: LogValue): void {
  writeText(writer, 1, tag);
  if (value.kind === 'scalar') writer.writeFloatField(2, value.value);
  else if (value.kind === 'image') writeImages(writer, value);
  else if (value.kind === 'histogram') {
    writeInner(writer, 5, (inner) => writeHistogram(inner, value));
  } else if (value.kind === 'audio') {
    writeInner(writer, 6, (inner) => {
      inner.writeFloatField(1, value.sampleRate);
      inner.writeBytesField(4, value.sound);
      writeText(inner, 5, value.contentType);
    });
  } else if (value.kind === 'text') {
    writeInner(writer, 8, (inner) => writeStrings(inner, value.shape, value.texts.map(text)));
    writeMetadata(writer, plugins.text, noContent);
  } else if (value.kind === 'curve') {
    const thresholds = value.truePositives.length;
    writeInner(writer, 8, (inner) => writeNumbers(inner, [6, thresholds], curveRows(value)));
    const content = encodeMessage((inner) => inner.writeVarintField(2, thresholds));
    writeMetadata(writer, plugins.curves, content);
  } else if (value.kind === 'samples') {
    const { classNames, labels, predictions, images } = value;
    const about = text(JSON.stringify({ classNames, labels, predictions }));
    writeInner(writer, 8, (inner) => writeStrings(inner, [images.length + 1], [about, ...images]));
    writeMetadata(writer, plugins.samples, noContent);
  } else throw new FormatError(`a value of kind ${value.kind} has no place in an event file`);
}

function writeImages(writer: PbfWriter, { width, height, images }: LogImages): void {
  if (images.length === 1) {
    writeInner(writer, 4, (inner) => {
      inner.writeVarintField(1, height);
      inner.writeVarintField(2, width);
      inner.writeVarintField(3, 3);
      inner.writeBytesField(4, images[0]);
    });
    return;
  }
  const strings = [text(String(width)), text(String(height)), ...images];
  writeInner(writer, 8, (inner) => writeStrings(inner, [strings.length], strings));
  writeMetadata(writer, plugins.images, noContent);
}

/** Writes a value that is in its metadata alone, as hyperparameters are. */
export function writePluginValue(
  writer: PbfWriter,
  tag: string,
  plugin: string,
  content: Uint8Array,
): void {
  writeText(writer, 1, tag);
  writeMetadata(writer, plugin, content);
}
