import { noGrad } from '../autograd/index.ts';
import type { HostArray } from '../formats/index.ts';
import {
  type Layer,
  randomFlip,
  randomRotation,
  randomTranslation,
  randomZoom,
} from '../layers/index.ts';
import { fromData, logSoftmax, softmax } from '../ops/index.ts';
import { permutedIndices } from '../ops/random/permutation.ts';
import { streamKey } from '../ops/random/state.ts';
import type { Tensor } from '../tensor/index.ts';
import type { Model } from '../training/index.ts';
import type { LabelledPhotos } from './photo-folder.ts';
import type { PhotoBatch, PhotoLoader } from './photo-loader.ts';
import type { ScoredPhotos } from './photo-report.ts';

/** How features are made. */
interface FeatureParts {
  readonly loader: PhotoLoader;
  /** What makes them; null: the images are the features. */
  readonly network: Model | null;
  /** `'copies'`: of each photo also a few that are changed; `'anew'`: changed in each pass. */
  readonly augment: 'copies' | 'anew' | null;
  readonly seed: number;
  readonly onFeatures?: (done: number, total: number) => void;
}

/** Features that are kept, with their labels. */
interface Rows {
  readonly x: HostArray;
  readonly y: HostArray;
  readonly paths: readonly string[];
}

/** Photos that go through the network at once. */
const atOnce = 32;
/** Changed copies of a photo, besides the photo. */
const copies = 2;
/** Features with more bytes are not kept but computed in each pass. */
const mostBytes = 2 ** 30;

/** What a network makes of photos, computed once where memory allows it. */
export class PhotoFeatures {
  /** All of them, where they are kept. */
  readonly rows: Rows | null;
  readonly #photos: LabelledPhotos;
  readonly #parts: FeatureParts;
  readonly #changes: readonly Layer[];

  private constructor(photos: LabelledPhotos, parts: FeatureParts, rows: Rows | null) {
    this.#photos = photos;
    this.#parts = parts;
    this.rows = rows;
    this.#changes = smallChanges(parts.seed);
  }

  /** Computes the features of photos and keeps them, unless they are too many or differ in each pass. */
  static async of(photos: LabelledPhotos, parts: FeatureParts): Promise<PhotoFeatures> {
    const { loader, network, augment } = parts;
    const shape = (network?.outputs[0].shape.slice(1) ?? loader.shape) as number[];
    const size = shape.reduce((a, b) => a * b, 1);
    const times = augment === 'copies' ? 1 + copies : 1;
    const count = photos.paths.length * times;
    if (augment === 'anew' || count * size * 4 > mostBytes) {
      return new PhotoFeatures(photos, parts, null);
    }
    const features = new PhotoFeatures(photos, parts, null);
    const data = new Float32Array(count * size);
    const labels: number[] = [];
    const paths: string[] = [];
    for (let time = 0; time < times; time++) {
      for await (const batch of loader.batches(photos, atOnce)) {
        const made = await features.#features(batch, time > 0);
        data.set(made.data as Float32Array, paths.length * size);
        labels.push(...batch.labels);
        paths.push(...batch.paths);
        parts.onFeatures?.(paths.length, count);
      }
    }
    const rows: Rows = {
      x: {
        data: data.subarray(0, paths.length * size),
        shape: [paths.length, ...shape],
        dtype: 'float32',
      },
      y: { data: Int32Array.from(labels), shape: [labels.length], dtype: 'int32' },
      paths,
    };
    return new PhotoFeatures(photos, parts, rows);
  }

  /** Batches for `fit`, each pass in another order, computed as they are asked for. */
  batches(batchSize: number): () => AsyncGenerator<[HostArray, HostArray]> {
    const { loader, augment, seed } = this.#parts;
    const { paths, labels } = this.#photos;
    const features = (batch: PhotoBatch) => this.#features(batch, augment !== null);
    let pass = 0;
    return async function* () {
      const order = Array.from(permutedIndices(paths.length, streamKey(seed, pass++)));
      const photos = { paths: order.map((i) => paths[i]), labels: order.map((i) => labels[i]) };
      for await (const batch of loader.batches(photos, batchSize)) {
        yield [
          await features(batch),
          { data: batch.labels, shape: [batch.paths.length], dtype: 'int32' },
        ];
      }
    };
  }

  /** What a network that gives logits says of the features. */
  async scores(logits: Model | null): Promise<ScoredPhotos> {
    if (this.rows) return scoresOf(this.rows, logits);
    const found: ScoredPhotos[] = [];
    for await (const batch of this.#parts.loader.batches(this.#photos, atOnce)) {
      const x = await this.#features(batch, false);
      const y = { data: batch.labels, shape: [batch.paths.length], dtype: 'int32' } as const;
      found.push(await scoresOf({ x, y, paths: batch.paths }, logits));
    }
    return joined(found);
  }

  async #features({ data, shape }: PhotoBatch, changed: boolean): Promise<HostArray> {
    const { network } = this.#parts;
    if (!changed && !network) return { data, shape, dtype: 'float32' };
    const given = fromData(data, shape);
    const images = changed ? this.#changed(given) : given;
    const features = network ? await network.predict(images, { verbose: 0 }) : images;
    const values = Float32Array.from(await features.data(), Number);
    for (const tensor of new Set([given, images, features])) tensor.storage.release();
    return { data: values, shape: features.shape, dtype: 'float32' };
  }

  #changed(images: Tensor): Tensor {
    return noGrad(() =>
      this.#changes.reduce((x, layer) => layer.apply(x, { training: true }), images),
    );
  }
}

async function scoresOf({ x, y, paths }: Rows, network: Model | null): Promise<ScoredPhotos> {
  const logits = network
    ? await network.predict(x, { verbose: 0 })
    : fromData(x.data, x.shape, 'float32');
  return {
    logProbabilities: Array.from(await logSoftmax(logits).data(), Number),
    probabilities: Array.from(await softmax(logits).data(), Number),
    labels: Array.from(y.data, Number),
    paths,
  };
}

/** One list of scores of several. */
const joined = (parts: readonly ScoredPhotos[]): ScoredPhotos => ({
  logProbabilities: parts.flatMap(({ logProbabilities }) => Array.from(logProbabilities)),
  probabilities: parts.flatMap(({ probabilities }) => Array.from(probabilities)),
  labels: parts.flatMap(({ labels }) => labels),
  paths: parts.flatMap(({ paths }) => paths),
});

/** Small changes of photos that leave them what they are. */
const smallChanges = (seed: number): readonly Layer[] => [
  randomFlip('horizontal', { seed }),
  randomRotation(0.04, { seed: seed + 1 }),
  randomZoom(0.15, { seed: seed + 2 }),
  randomTranslation(0.08, 0.08, { seed: seed + 3 }),
];
