/// <reference lib="esnext.disposable" preserve="true" />
import { joinPath, openAppendSync, type SyncAppendStream } from '#platform';
import type { DataFlowGraph } from '../autograd/index.ts';
import type { LogSamples, LogValue } from '../formats/log-value.ts';
import {
  encodeEventRecord,
  encodeHeader,
  encodeHparamRecords,
  type HparamValue,
} from '../formats/tfevents.ts';
import { GradusError, ShapeError, Tensor, ValueError } from '../tensor/index.ts';
import { type ArrayInput, hostNumbers } from './array-input.ts';
import { makeCurve } from './curve.ts';
import { makeHistogram } from './histogram.ts';
import { type DataFormats, encodePictures } from './pictures.ts';
import { writeProjectorFiles } from './projector-files.ts';
import { fromDataFlow, type Traceable, type TraceInput, traceModel } from './trace-model.ts';

/** When something was noted. */
export interface WhenOptions {
  /** Seconds since 1970; now by default. */
  readonly wallTime?: number;
}

/** What `addImage` takes besides the picture. */
export interface ImageOptions extends WhenOptions {
  /** What the axes are: `'HWC'`, `'CHW'`, `'HW'`; with `N` for several pictures. */
  readonly dataFormats?: DataFormats;
}

/** A scalar by names instead of positions. */
export interface ScalarArguments extends WhenOptions {
  readonly tag: string;
  readonly value: number | Tensor;
  readonly step?: number;
}

/** What `addSamples` takes besides the pictures. */
export interface SampleOptions extends ImageOptions {
  /** Number of each sample's class, [samples]. */
  readonly labels: ArrayInput;
  /** Probabilities, [samples, classes]; without them the samples are shown by class alone. */
  readonly predictions?: ArrayInput;
  readonly classNames?: readonly string[];
}

/** Names in one process that would be the same within a second are told apart by this. */
let opened = 0;

/** What both writers have in common: an event file in a folder, to which every call adds a record at once. */
export abstract class RunWriter {
  /** The run's folder. */
  readonly logDir: string;
  /** The event file. */
  readonly path: string;
  readonly #name: string;
  readonly #file: SyncAppendStream;
  readonly #parts = new Map<string, PartWriter>();
  #embeddings: SyncAppendStream | null = null;
  #closed = false;

  constructor(name: string, logDir: string, suffix: string) {
    if (typeof logDir !== 'string' || logDir === '') {
      throw new ValueError(`${name}: the folder must have a name`);
    }
    this.#name = name;
    this.logDir = logDir;
    const seconds = String(Math.floor(Date.now() / 1000)).padStart(10, '0');
    let file: SyncAppendStream | null = null;
    let path = '';
    while (!file) {
      path = joinPath(logDir, `events.out.tfevents.${seconds}.gradus.${opened++}${suffix}`);
      file = openAppendSync(path, { mustBeNew: true });
    }
    this.path = path;
    this.#file = file;
    file.write(encodeHeader(Date.now() / 1000));
  }

  /** What the axes of pictures are where nobody says. */
  protected abstract get dataFormats(): DataFormats;

  /** Appends one record. */
  protected write(tag: string, value: LogValue, step: number, options: WhenOptions = {}): void {
    if (this.#closed) throw new GradusError(`${this.#name}: the log ${this.path} is closed`);
    if (typeof tag !== 'string' || (tag === '' && value.kind !== 'graph')) {
      throw new ValueError(`${this.#name}: a tag is a text that is not empty, received ${tag}`);
    }
    if (!Number.isSafeInteger(step)) {
      throw new ValueError(`${this.#name}: '${tag}': a step is a whole number, received ${step}`);
    }
    const { wallTime = Date.now() / 1000 } = options;
    this.#file.write(encodeEventRecord({ wallTime, step, values: [{ tag, value }] }));
  }

  /**
   * Notes a number: `addScalar('loss', 0.3, 10)` or `addScalar({ tag: 'loss', value: 0.3, step: 10 })`. It is kept in single
   * precision.
   */
  addScalar(tag: string, value: number | Tensor, step?: number, options?: WhenOptions): void;
  addScalar(named: ScalarArguments): void;
  addScalar(
    first: string | ScalarArguments,
    given?: number | Tensor,
    at = 0,
    options: WhenOptions = {},
  ): void {
    const {
      tag,
      value,
      step = 0,
      wallTime,
    } = typeof first === 'string'
      ? { tag: first, value: given, step: at, wallTime: options.wallTime }
      : first;
    const number = value instanceof Tensor ? Number(value.item()) : value;
    if (typeof number !== 'number') {
      throw new ValueError(`addScalar: '${tag}': the value is a number, received ${number}`);
    }
    this.write(tag, { kind: 'scalar', value: number }, step, { wallTime });
  }

  /** Notes several numbers for one chart: each is a run of its own, `mainTag_name`, below this one. */
  addScalars(
    mainTag: string,
    values: Readonly<Record<string, number | Tensor>>,
    step = 0,
    options: WhenOptions = {},
  ): void {
    for (const [name, value] of Object.entries(values)) {
      const folder = `${mainTag}_${name}`.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_');
      let part = this.#parts.get(folder);
      if (!part) {
        part = new PartWriter(joinPath(this.logDir, folder.replace(/^\.+/, '_')));
        this.#parts.set(folder, part);
      }
      part.addScalar(mainTag, value, step, options);
    }
  }

  /** Notes a picture: floats from 0 to 1 or integers from 0 to 255. */
  addImage(tag: string, image: ArrayInput, step = 0, options: ImageOptions = {}): void {
    const formats = options.dataFormats ?? this.dataFormats;
    this.#writeImages('addImage', tag, image, step, formats, options);
  }

  /** Notes several pictures of one size. */
  addImages(tag: string, images: ArrayInput, step = 0, options: ImageOptions = {}): void {
    const formats = options.dataFormats ?? `N${this.dataFormats}`;
    this.#writeImages('addImages', tag, images, step, formats, options);
  }

  #writeImages(
    what: string,
    tag: string,
    input: ArrayInput,
    step: number,
    formats: DataFormats,
    options: WhenOptions,
  ): void {
    const pictures = encodePictures(`${what}: '${tag}'`, input, formats);
    this.write(tag, { kind: 'image', ...pictures }, step, options);
  }

  /** Notes how numbers are distributed, in buckets of equal width. */
  addHistogram(
    tag: string,
    values: ArrayInput,
    step = 0,
    buckets = this.usualBuckets,
    options: WhenOptions = {},
  ): void {
    if (!Number.isInteger(buckets) || buckets < 1) {
      throw new ValueError(`addHistogram: '${tag}': needs 1 bucket or more, received ${buckets}`);
    }
    const { data } = hostNumbers(`addHistogram: '${tag}'`, values);
    this.write(tag, makeHistogram(data, buckets), step, options);
  }

  protected abstract get usualBuckets(): number;

  /** Notes a text (Markdown is shown as it is written). */
  addText(tag: string, text: string, step = 0, options: WhenOptions = {}): void {
    this.write(tag, { kind: 'text', shape: [], texts: [String(text)] }, step, options);
  }

  /**
   * Notes a network: a model or layer together with an input or an input's shape, a function of a tensor, or a recorded
   * computation.
   * @example writer.addGraph(model, [null, 28, 28, 1]);
   */
  addGraph(model: Traceable | DataFlowGraph, input?: TraceInput): void {
    const graph =
      'nodes' in model && 'edges' in model
        ? fromDataFlow(model as DataFlowGraph)
        : traceModel(model as Traceable, input ?? inputOf(model));
    this.write('', { kind: 'graph', graph }, 0);
  }

  /** Notes precision and recall of a decision between two classes: `labels` 0 or 1, `predictions` from 0 to 1. */
  addPrCurve(
    tag: string,
    labels: ArrayInput,
    predictions: ArrayInput,
    step = 0,
    thresholds = this.usualThresholds,
    options: WhenOptions & { readonly weights?: ArrayInput } = {},
  ): void {
    const what = `addPrCurve: '${tag}'`;
    const weights = options.weights ? hostNumbers(what, options.weights).data : null;
    const [truth, guess] = [labels, predictions].map((input) => hostNumbers(what, input).data);
    this.write(tag, makeCurve(what, truth, guess, thresholds, weights), step, options);
  }

  protected abstract get usualThresholds(): number;

  /**
   * Notes samples of a data set with their classes and what a network made of them, for the board's data set browser.
   * TensorBoard passes over them.
   */
  addSamples(tag: string, images: ArrayInput, step: number, options: SampleOptions): void {
    const what = `addSamples: '${tag}'`;
    const formats = options.dataFormats ?? `N${this.dataFormats}`;
    const pictures = encodePictures(what, images, formats).images;
    const labels = Array.from(hostNumbers(what, options.labels).data);
    const predictions = options.predictions ? rowsOf(what, options.predictions) : [];
    const counts = [labels.length, ...(predictions.length ? [predictions.length] : [])];
    if (counts.some((count) => count !== pictures.length)) {
      throw new ShapeError(
        `${what}: needs a label and a prediction for each of ${pictures.length} pictures, received ${counts.join(' and ')}`,
      );
    }
    const classNames = options.classNames ?? [];
    const samples: LogSamples = {
      kind: 'samples',
      images: pictures,
      labels,
      predictions,
      classNames,
    };
    this.write(tag, samples, step, options);
  }

  /** Writes an embedding into the run's folder as TensorBoard's projector reads it. */
  protected writeEmbedding(
    tag: string,
    matrix: ArrayInput,
    step: number,
    metadata: readonly (string | readonly string[])[] | null,
    header: readonly string[] | null,
  ): void {
    const vectors = rowsOf(`addEmbedding: '${tag}'`, matrix);
    if (metadata && metadata.length !== vectors.length) {
      throw new ShapeError(
        `addEmbedding: '${tag}': ${vectors.length} vectors need as many labels, received ${metadata.length}`,
      );
    }
    const entry = writeProjectorFiles(this.logDir, { tag, step, vectors, metadata, header });
    this.#embeddings ??= openAppendSync(joinPath(this.logDir, 'projector_config.pbtxt'));
    this.#embeddings?.write(new TextEncoder().encode(entry));
  }

  /** Writes the hyperparameters of this run and the names of the scalars by which runs are compared. */
  protected writeHparams(
    values: Readonly<Record<string, HparamValue>>,
    metrics: readonly string[],
  ): void {
    for (const [name, value] of Object.entries(values)) {
      if (['number', 'string', 'boolean'].includes(typeof value)) continue;
      throw new ValueError(`addHparams: '${name}' is a number, text or boolean, received ${value}`);
    }
    if (this.#closed) throw new GradusError(`${this.#name}: the log ${this.path} is closed`);
    for (const record of encodeHparamRecords(Date.now() / 1000, values, metrics)) {
      this.#file.write(record);
    }
  }

  /** Returns when all that was noted is on the disk. Every call has already been handed to the system. */
  flush(): void {
    this.#file.flush();
    this.#embeddings?.flush();
    for (const part of this.#parts.values()) part.flush();
  }

  /** Ends the log. */
  close(): void {
    if (this.#closed) return;
    this.flush();
    this.#closed = true;
    this.#file.close();
    this.#embeddings?.close();
    for (const part of this.#parts.values()) part.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** A run below another one. */
class PartWriter extends RunWriter {
  constructor(logDir: string) {
    super('addScalars', logDir, '');
  }

  protected override readonly dataFormats = 'HWC';
  protected override readonly usualBuckets = 30;
  protected override readonly usualThresholds = 127;
}

function rowsOf(what: string, input: ArrayInput): number[][] {
  const { data, shape } = hostNumbers(what, input);
  if (shape.length !== 2) {
    throw new ShapeError(`${what}: needs a matrix, received shape [${shape.join(', ')}]`);
  }
  const [rows, columns] = shape;
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => data[r * columns + c]),
  );
}

/** The shape of a model's input, where it knows one. */
function inputOf(model: unknown): TraceInput {
  const { inputs, buildShape } = model as {
    inputs?: readonly { shape: readonly (number | null)[] }[];
    buildShape?: readonly (number | null)[] | null;
  };
  const shape = inputs?.[0]?.shape ?? buildShape;
  if (shape) return shape;
  throw new ValueError('addGraph: pass an input or its shape: addGraph(model, [null, 28, 28, 1])');
}
