import type { Tensor } from '../../tensor/index.ts';
import { FormatError, ValueError } from '../../tensor/index.ts';
import { Dataset } from '../dataset.ts';
import type { ShapedData } from '../element.ts';
import { NumpyRandomState } from '../numpy-random.ts';
import { aspectBox, cropImage } from './crop-image.ts';
import { type ReadImageOptions, readImage } from './decode-image.ts';
import { type DecodedCache, FolderCache, MemoryCache } from './decoded-cache.ts';
import { type ImageFolderOptions, readImageFolder } from './image-folder.ts';
import { type ImageInterpolation, resizeImage } from './resize-image.ts';

/** Options of `imageDatasetFromDirectory`, as in Keras. */
export interface ImageDatasetOptions
  extends ImageFolderOptions,
    Pick<ReadImageOptions, 'colorMode' | 'maxPixels' | 'orient' | 'background'> {
  /**
   * What labels look like: `'int'` numbers [batch], `'categorical'` rows [batch, classes] with a 1, `'binary'` 0 or 1 [batch, 1]; null: there
   * are none. Default `'int'`.
   */
  readonly labelMode?: 'int' | 'categorical' | 'binary' | null;
  /** Images of a batch; null: single images. Default 32. */
  readonly batchSize?: number | null;
  /** Height and width that all images are resized to. Default [256, 256]. */
  readonly imageSize?: readonly [number, number];
  /** Whether files are shuffled, and each pass again. Default true. */
  readonly shuffle?: boolean;
  /** For the order and the split. The split is Keras' own for the same files and seed. */
  readonly seed?: number | null;
  /** Share of the files, from 0 to 1, that is set apart for validation. */
  readonly validationSplit?: number | null;
  /** Which part to take; with `'both'` a pair of data sets comes back. */
  readonly subset?: 'training' | 'validation' | 'both' | null;
  /** Default `'bilinear'`. */
  readonly interpolation?: ImageInterpolation;
  /** Whether images are smoothed when they are made smaller, as Pillow does; Keras does not. Default false. */
  readonly antialias?: boolean;
  /** Whether what does not have the proportions of `imageSize` is cut off at the sides instead of squeezed. Default false. */
  readonly cropToAspectRatio?: boolean;
  /** `'float32'`, as in Keras, or `'uint8'`: rounded, in a quarter of the memory. Default `'float32'`. */
  readonly dtype?: 'float32' | 'uint8';
  /** Where decoded images are kept for later passes: `'memory'`, a folder, or nowhere. Default false. */
  readonly cache?: 'memory' | string | URL | false;
  /** Images that are decoded at the same time. Default 8. */
  readonly workers?: number;
}

/** A file that could not be read, and why. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: string;
}

/** A data set of images, with what it was made of. */
export type ImageDataset<T = [images: Tensor, labels: Tensor]> = Dataset<T> & {
  readonly classNames: readonly string[];
  readonly filePaths: readonly string[];
  /** The number of each file's class; null without classes. */
  readonly labels: readonly number[] | null;
  /** Files that were left out since they could not be read; it grows during the first pass. */
  readonly skipped: readonly SkippedFile[];
};

/**
 * Batches of the images in a folder, [batch, height, width, channels] with numbers from 0 to 255, and their labels: each subfolder is a class
 * (or each beginning of a name, in Kaggle's layout `cat.0.jpg`, `dog.0.jpg`). Images are decoded while the ones before are trained on. Broken
 * files are left out and listed in `skipped`. Throws a ValueError for a class without images and for names that differ in case
 * alone. Node only.
 * @example
 * const train = await imageDatasetFromDirectory('pets', { validationSplit: 0.2, subset: 'training', seed: 1, imageSize: [150, 150] });
 * await model.fit(train, { epochs: 5 });
 */
export function imageDatasetFromDirectory(
  directory: string,
  options: ImageDatasetOptions & { readonly subset: 'both' },
): Promise<[training: ImageDataset, validation: ImageDataset]>;
export function imageDatasetFromDirectory(
  directory: string,
  options: ImageDatasetOptions & { readonly labelMode: null },
): Promise<ImageDataset<Tensor>>;
export function imageDatasetFromDirectory(
  directory: string,
  options?: ImageDatasetOptions,
): Promise<ImageDataset>;
export async function imageDatasetFromDirectory(
  directory: string,
  options: ImageDatasetOptions = {},
): Promise<unknown> {
  const { labels = 'inferred', labelMode = 'int', shuffle = true, seed = null } = options;
  const { validationSplit = null, subset = null } = options;
  checkOptions(options);
  const folder = await readImageFolder(directory, {
    labels: labelMode === null && labels === 'inferred' ? 'inferred' : labels,
    classNames: options.classNames,
  });
  if (labelMode !== null && folder.labels === null) {
    throw new ValueError(`${directory}: without labels, labelMode must be null`);
  }
  if (labelMode === 'binary' && folder.classNames.length !== 2) {
    throw new ValueError(
      `${directory}: labelMode 'binary' is for two classes, there are ${folder.classNames.length} ` +
        `(${folder.classNames.slice(0, 8).join(', ')})`,
    );
  }
  const count = folder.filePaths.length;
  const order = shuffle
    ? new NumpyRandomState(seed ?? 0).permutation(count)
    : Int32Array.from({ length: count }, (_, i) => i);
  const forValidation = validationSplit === null ? 0 : Math.trunc(validationSplit * count);
  const part = (from: number, to: number) => {
    const chosen = Array.from(order.subarray(from, to));
    if (chosen.length === 0) {
      throw new ValueError(
        `${directory}: validationSplit ${validationSplit} of ${count} images leaves none for one of the parts`,
      );
    }
    return imageDataset(
      chosen.map((i) => folder.filePaths[i]),
      folder.labels && chosen.map((i) => (folder.labels as readonly number[])[i]),
      folder.classNames,
      options,
    );
  };
  if (validationSplit === null) return part(0, count);
  const training = () => part(0, count - forValidation);
  const validation = () => part(count - forValidation, count);
  if (subset === 'both') return [training(), validation()];
  return subset === 'training' ? training() : validation();
}

function checkOptions({
  labelMode = 'int',
  shuffle = true,
  seed = null,
  validationSplit = null,
  subset = null,
  dtype = 'float32',
  workers = 8,
}: ImageDatasetOptions): void {
  const bad = (what: string): ValueError => new ValueError(`imageDatasetFromDirectory: ${what}`);
  if (![null, 'int', 'categorical', 'binary'].includes(labelMode)) {
    throw bad(`labelMode must be 'int', 'categorical', 'binary' or null, received '${labelMode}'`);
  }
  if (dtype !== 'float32' && dtype !== 'uint8') {
    throw bad(`dtype must be 'float32' or 'uint8', received '${dtype}'`);
  }
  if (!Number.isSafeInteger(workers) || workers < 1) {
    throw bad(`workers must be a whole number >= 1, received ${workers}`);
  }
  if ((validationSplit === null) !== (subset === null)) {
    throw bad(
      `validationSplit and subset ('training', 'validation' or 'both') go together, received ${validationSplit} and ${subset}`,
    );
  }
  if (validationSplit === null) return;
  if (!(validationSplit > 0 && validationSplit < 1)) {
    throw bad(`validationSplit must be between 0 and 1, received ${validationSplit}`);
  }
  if (!['training', 'validation', 'both'].includes(subset as string)) {
    throw bad(`subset must be 'training', 'validation' or 'both', received '${subset}'`);
  }
  if (shuffle && seed === null && subset !== 'both') {
    throw bad('with validationSplit and shuffle a seed is needed, or the two parts would overlap');
  }
}

/** Batches of images of files, decoded as they are asked for. */
export function imageDataset<T = [Tensor, Tensor]>(
  filePaths: readonly string[],
  labels: readonly number[] | null,
  classNames: readonly string[],
  options: ImageDatasetOptions = {},
): ImageDataset<T> {
  const { labelMode = 'int', batchSize = 32, shuffle = true, seed = null } = options;
  const loader = new ImageLoader(options);
  const numbers = Int32Array.from({ length: filePaths.length }, (_, i) => i);
  let rows = Dataset.fromTensorSlices(numbers);
  if (shuffle) rows = rows.shuffle(filePaths.length, seed === null ? {} : { seed });
  const loaded = rows.batch(batchSize ?? 1).map(async (which: Tensor): Promise<ShapedData> => {
    const wanted = Array.from(await which.data(), Number);
    const read = await loader.load(wanted.map((i) => filePaths[i]));
    const images = loader.stack(read.map(({ points }) => points));
    if (labelMode === null || labels === null) return images;
    const kept = read.map(({ index }) => labels[wanted[index]]);
    // A pair, whose type would be computed without end.
    return [images, labelArray(kept, labelMode, classNames.length)] as unknown as ShapedData;
  });
  const single = batchSize === null ? loaded.map((batch) => firstOf(batch) as Tensor) : loaded;
  const dataset = single.prefetch(2) as unknown as Dataset<T>;
  return Object.assign(dataset, { classNames, filePaths, labels, skipped: loader.skipped });
}

const firstOf = (element: Tensor | readonly Tensor[]): unknown =>
  Array.isArray(element) ? element.map((x) => row(x)) : row(element as Tensor);

const row = (x: Tensor): Tensor => x.reshape(x.shape.slice(1));

function labelArray(
  labels: readonly number[],
  mode: 'int' | 'categorical' | 'binary',
  classes: number,
) {
  if (mode === 'int') return { data: Int32Array.from(labels), shape: [labels.length] };
  if (mode === 'binary') return { data: Float32Array.from(labels), shape: [labels.length, 1] };
  const data = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => {
    data[i * classes + label] = 1;
  });
  return { data, shape: [labels.length, classes] };
}

/** Reads, cuts and resizes images, several at once. */
class ImageLoader {
  readonly skipped: SkippedFile[] = [];
  readonly #broken = new Set<string>();
  readonly #options: ImageDatasetOptions;
  readonly #shape: readonly [number, number, number];
  readonly #cache: DecodedCache | null;

  constructor(options: ImageDatasetOptions) {
    const { imageSize = [256, 256], colorMode = 'rgb', cache = false } = options;
    this.#options = options;
    this.#shape = [imageSize[0], imageSize[1], colorMode === 'rgb' ? 3 : 1];
    this.#cache =
      cache === false
        ? null
        : cache === 'memory'
          ? new MemoryCache()
          : new FolderCache(String(cache), this.#recipe(), this.#shape, this.#dtype);
  }

  get #dtype(): 'float32' | 'uint8' {
    return this.#options.dtype ?? 'float32';
  }

  #recipe(): string {
    const { interpolation, antialias, cropToAspectRatio, orient, background } = this.#options;
    const rest = { interpolation, antialias, cropToAspectRatio, orient, background };
    return JSON.stringify([1, this.#shape, this.#dtype, rest]);
  }

  /** The images that can be read, in order, with their places in the list. */
  async load(
    paths: readonly string[],
  ): Promise<{ readonly index: number; readonly points: Float32Array | Uint8Array }[]> {
    const results: (Float32Array | Uint8Array | null)[] = new Array(paths.length).fill(null);
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < paths.length) {
        const i = next++;
        results[i] = await this.#read(paths[i]);
      }
    };
    const { workers = 8 } = this.#options;
    await Promise.all(Array.from({ length: Math.min(workers, paths.length) }, work));
    const read = results.flatMap((points, index) => (points ? [{ index, points }] : []));
    if (read.length > 0) return read;
    const { path, reason } = this.skipped.at(-1) as SkippedFile;
    throw new FormatError(`none of the ${paths.length} images of a batch can be read: ${reason}`, {
      file: path,
    });
  }

  /** Images as one array. */
  stack(images: readonly (Float32Array | Uint8Array)[]) {
    const size = this.#shape.reduce((a, b) => a * b, 1);
    const length = size * images.length;
    const data = this.#dtype === 'uint8' ? new Uint8Array(length) : new Float32Array(length);
    images.forEach((points, i) => {
      data.set(points, i * size);
    });
    return { data, shape: [images.length, ...this.#shape] };
  }

  async #read(path: string): Promise<Float32Array | Uint8Array | null> {
    if (this.#broken.has(path)) return null;
    try {
      const cached = await this.#cache?.get(path);
      if (cached) return cached;
      const points = await this.#decode(path);
      await this.#cache?.put(path, points);
      return points;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#broken.add(path);
      this.skipped.push({ path, reason: error.message });
      return null;
    }
  }

  async #decode(path: string): Promise<Float32Array | Uint8Array> {
    const { interpolation, antialias, cropToAspectRatio, imageSize = [256, 256] } = this.#options;
    let image = await readImage(path, this.#options);
    if (cropToAspectRatio) image = cropImage(image, aspectBox(image, imageSize));
    const { data } = resizeImage(image, imageSize, { interpolation, antialias });
    if (this.#dtype === 'float32') {
      return data instanceof Float32Array ? data : Float32Array.from(data);
    }
    if (data instanceof Uint8Array) return data;
    return new Uint8Array(Uint8ClampedArray.from(data).buffer);
  }
}
