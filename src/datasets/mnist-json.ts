import { type FileSource, writeFileAtomic } from '#platform';
import { Dataset, openBytes } from '../data/index.ts';
import { gzip, mnistJson } from '../formats/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import { drawImage } from './draw-image.ts';
import * as mnist from './mnist.ts';
import { checkParts, type MnistJsonReport } from './mnist-json-check.ts';
import type { LoadOptions } from './options.ts';

export type { MnistJsonReport, PartReport } from './mnist-json-check.ts';

/** The parts of the file. */
export type MnistJsonMode = mnistJson.PartName;

const modes = mnistJson.partNames;
const points = mnistJson.pixelsOfImage;

/** Options of a reader. */
export interface ReaderOptions {
  /** Images in a batch; the last batch has the rest. Default 100. */
  readonly batchSize?: number;
  /** Whether images are rows of 784 numbers, in place of [1, 28, 28]. */
  readonly flat?: boolean;
  /** Fixes the orders of the training images; the program's stream of random numbers gives them otherwise. */
  readonly seed?: number;
}

/** Gives a pass over the batches each time it is called: images float32 [n, 1, 28, 28], labels int64 [n, 1]. */
export type BatchReader = () => Iterable<[images: Tensor, labels: Tensor]> &
  AsyncIterable<[images: Tensor, labels: Tensor]>;

/** Options of reading the file. */
export interface ReadOptions {
  /** The most memory that the images may take. Default: 2 GiB. */
  readonly maxBytes?: number;
}

/** The digits of a `mnist.json.gz`: three parts with images of 784 numbers from -1 (paper) to 1 (ink), and labels. */
export class MnistJson {
  readonly parts: mnistJson.MnistJsonParts;

  constructor(parts: mnistJson.MnistJsonParts) {
    this.parts = parts;
  }

  /**
   * A reader of one part. The training images come in a random order, another one in each pass; the others in the order of the file.
   * @example
   * const trainLoader = digits.reader('train', { batchSize: 100 });
   * for (const [images, labels] of trainLoader()) step(images, labels);
   */
  reader(mode: MnistJsonMode, options: ReaderOptions = {}): BatchReader {
    const { batchSize = 100, flat = false, seed } = options;
    const batches = this.samples(mode, { flat });
    const { length } = this.part(mode);
    if (length === 0) throw new ValueError(`mnist.json: the part '${mode}' has no images`);
    const ordered = mode === 'train' ? batches.shuffle(length, { seed }) : batches;
    const dataset = ordered.batch(batchSize);
    return () => dataset;
  }

  /** A part, sample by sample, in the order of the file: pipelines of one's own, and `fit`, begin here. */
  samples(
    mode: MnistJsonMode,
    { flat = false }: { readonly flat?: boolean } = {},
  ): Dataset<[images: Tensor, labels: Tensor]> {
    const { pixels, palette, labels, length } = this.part(mode);
    const shape = flat ? [points] : [1, 28, 28];
    const images = { data: pixels, shape: [length, points] };
    return Dataset.fromTensorSlices([
      images,
      { data: labels, shape: [length, 1], dtype: 'int64' },
    ] as const).preprocess([palette ? { shape, table: palette } : { shape }, null]);
  }

  /** A part by its name. */
  part(mode: MnistJsonMode): mnistJson.MnistJsonPart {
    if (modes.includes(mode)) return this.parts[mode];
    const known = modes.map((name) => `'${name}'`).join(', ');
    throw new ValueError(`mode can only be one of [${known}], received '${mode}'`);
  }

  /** The 784 numbers of one image. */
  image(mode: MnistJsonMode, index: number): Float32Array {
    const { pixels, palette, length } = this.part(mode);
    if (!Number.isInteger(index) || index < 0 || index >= length) {
      throw new ValueError(`mnist.json: ${mode} has no image ${index}; there are ${length}`);
    }
    const row = pixels.subarray(index * points, (index + 1) * points);
    return palette ? Float32Array.from(row, (place) => palette[place]) : Float32Array.from(row);
  }

  /**
   * The check by machine: lengths, shapes, ranges of pixels and labels. Throws a FormatError that names the first bad sample; gives
   * what there is of each part.
   */
  check(): MnistJsonReport {
    return checkParts(this.parts);
  }

  /** The check by people: sizes, labels, and some images drawn with characters. */
  describe(mode: MnistJsonMode = 'train', indices: readonly number[] = [0]): string {
    const report = checkParts(this.parts);
    const lines = modes.map((name) => {
      const { length, pixelMin, pixelMax, labelCounts } = report[name];
      return (
        `${name.padEnd(5)} images [${length}, ${points}] from ${pixelMin} to ${pixelMax}, ` +
        `labels [${length}]: ${labelCounts.join(' ')}`
      );
    });
    const drawn = indices.map(
      (index) =>
        `${mode} ${index}: label ${this.part(mode).labels[index]}\n${drawImage(this.image(mode, index))}`,
    );
    return [...lines, ...drawn].join('\n');
  }

  /** The first images of each part: enough to try things with. */
  take(train: number, others = train): MnistJson {
    const cut = (part: mnistJson.MnistJsonPart, count: number): mnistJson.MnistJsonPart => {
      const length = Math.min(count, part.length);
      const pixels = part.pixels.subarray(0, length * points);
      return { ...part, length, pixels, labels: part.labels.subarray(0, length) };
    };
    const { train: first, valid, eval: last } = this.parts;
    return new MnistJson({
      train: cut(first, train),
      valid: cut(valid, others),
      eval: cut(last, others),
    });
  }

  /** Writes the file, compressed with gzip; the text is made and compressed piece by piece. */
  async save(path: string | URL): Promise<void> {
    await writeFileAtomic(path, compressed(mnistJson.encodeChunks(this.parts)));
  }
}

/**
 * Reads a `mnist.json.gz` (or the JSON itself): `[train, valid, eval]`, each `[images, labels]`, an image being 784 numbers. The text
 * is never in memory as a whole. Throws a FormatError for a file that is damaged, and names the first bad sample.
 * @example const digits = await datasets.mnistJson.read('mnist.json.gz');
 */
export async function read(source: FileSource, options: ReadOptions = {}): Promise<MnistJson> {
  const file = await openBytes(source, { maxBytes: 2 ** 32 });
  try {
    const head = await file.read(0, Math.min(2, file.size));
    const text = gzip.sniff(head)
      ? gzip.decodeChunks(file.chunks(), { file: file.name, maxBytes: 2 ** 33 })
      : file.chunks();
    const parts = await mnistJson.decodeChunks(text, { file: file.name, ...options });
    checkParts(parts, file.name);
    return new MnistJson(parts);
  } finally {
    await file.close();
  }
}

/** Options of `loadData`. */
export interface LoadDataOptions extends ReaderOptions, ReadOptions, Omit<LoadOptions, 'path'> {
  /** The file; without it the digits are those of MNIST as `fromMnist` arranges them. */
  readonly path?: FileSource;
}

/**
 * The lesson's `load_data`: a reader of one part of the file, `'train'`, `'valid'` or `'eval'`.
 * @example
 * const trainLoader = await datasets.mnistJson.loadData('train', { path: 'mnist.json.gz' });
 * for (const [images, labels] of trainLoader()) step(images, labels);
 */
export async function loadData(
  mode: MnistJsonMode = 'train',
  options: LoadDataOptions = {},
): Promise<BatchReader> {
  if (!modes.includes(mode)) new MnistJson({} as mnistJson.MnistJsonParts).part(mode);
  const { path, ...others } = options;
  const digits = path === undefined ? await fromMnist(others) : await read(path, options);
  return digits.reader(mode, options);
}

/** MNIST as the file has it: the first 50,000 training images, the other 10,000 for validation, the test images for evaluation. */
export async function fromMnist(options: LoadOptions = {}): Promise<MnistJson> {
  const [[x, y], [xTest, yTest]] = await mnist.loadArrays(options);
  const palette = Float32Array.from({ length: 256 }, (_, value) => (value * 2) / 255 - 1);
  const held = Math.min(10_000, Math.floor(y.data.length / 6));
  const border = y.data.length - held;
  const part = (
    images: ArrayLike<number> & { subarray(from: number, to: number): unknown },
    labels: ArrayLike<number>,
    from: number,
    to: number,
  ): mnistJson.MnistJsonPart => ({
    length: to - from,
    pixels: images.subarray(from * points, to * points) as Uint8Array,
    palette,
    labels: Float64Array.from({ length: to - from }, (_, i) => labels[from + i]),
  });
  return new MnistJson({
    train: part(x.data, y.data, 0, border),
    valid: part(x.data, y.data, border, y.data.length),
    eval: part(xTest.data, yTest.data, 0, yTest.data.length),
  });
}

/** Bytes compressed by the engine, piece by piece. */
async function* compressed(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = pieces[Symbol.iterator]();
  const text = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const { done, value } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
  });
  const reader = text.pipeThrough(new CompressionStream('gzip')).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
