import {
  fromData,
  layers,
  loadModel,
  Model,
  modelToFile,
  Sequential,
  setSeed,
  softmax,
  type Tensor,
  toCategorical,
} from 'gradus';
import { inferenceModel } from 'gradus/models';
import { fetchSiteFile, siteFile } from '../../engine/files.ts';
import { fitPicture, pointsOf } from '../../engine/fit-picture.ts';
import { openModel } from '../../engine/open-model.ts';
import { PlainError } from '../../engine/plain-error.ts';
import { hubBases, lastMap } from './bases.ts';

/** What features come from. */
interface Base {
  readonly name: string;
  /** Up to the last feature map, [height, width, channels]. */
  readonly maps: Model;
  /** The same, made faster. */
  readonly fast: Model;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly mapShape: readonly [number, number, number];
  /** Whether the mean over the map is enough; small networks for small pictures need to know where. */
  readonly pooled: boolean;
  /** From points to numbers. */
  readonly scale: { readonly multiply: number; readonly add: number };
}

/** What is known of a base. */
export interface BaseFacts {
  readonly name: string;
  readonly side: number;
  readonly features: number;
}

/** A photo of a class, with a number of its own. */
export interface Sample {
  readonly id: number;
  readonly picture: ImageData;
}

/** What happens in a training. */
export type ClassesEvent =
  | { readonly kind: 'features'; readonly done: number; readonly total: number }
  | {
      readonly kind: 'epoch';
      readonly epoch: number;
      readonly loss: number;
      readonly accuracy: number;
    }
  | { readonly kind: 'done'; readonly seconds: number; readonly accuracy: number };

let base: Base | null = null;
/** Feature maps by the numbers of photos. */
let known = new Map<number, Float32Array>();
let head: { weights: Float32Array; bias: Float32Array; classes: readonly string[] } | null = null;

/** Names of the hub's networks that the server has. */
export async function bases(): Promise<string[]> {
  const response = await fetch(siteFile('hub/list.json')).catch(() => null);
  const names = response?.ok ? ((await response.json()) as string[]) : [];
  return names.filter((name) => Object.hasOwn(hubBases, name));
}

/** The name of the small network that every page has. */
const small = 'digits';

/** Takes a network of the hub, or the one of the first lesson. */
export async function choose(name: string): Promise<BaseFacts> {
  if (name === small) {
    const bytes = await fetchSiteFile('models/digits.safetensors');
    const model = await loadModel(bytes, { compile: false });
    return use(name, model, { multiply: 1 / 255, add: 0 });
  }
  const { network } = hubBases[name];
  const model = network();
  await model.loadWeights(await fetchSiteFile(`hub/${name}/model.safetensors`));
  return use(name, model, { multiply: 1 / 127.5, add: -1 });
}

/** Takes a network out of a file. */
export async function openBase(file: File): Promise<BaseFacts> {
  return use(file.name, await openModel(file), { multiply: 1 / 127.5, add: -1 });
}

function use(name: string, model: Model, scale: Base['scale']): BaseFacts {
  const map = lastMap(model);
  const [height, width, channels] = model.inputs[0]?.shape.slice(1) ?? [];
  const [h, w, c] = map?.shape.slice(1) ?? [];
  const fits = model.inputs.length === 1 && (channels === 1 || channels === 3) && height && width;
  if (!map || !fits || !h || !w || !c) {
    throw new PlainError({
      en: `“${name}” takes no pictures of one size or has no convolutions, so it can be no base.`,
      zh: `“${name}”不接受固定大小的图片或没有卷积层，不能作为基础。`,
    });
  }
  const maps = new Model({ inputs: model.inputs[0], outputs: map, name: `${model.name}_maps` });
  base = {
    ...{ name, maps, fast: inferenceModel(maps), height, width, channels, scale },
    mapShape: [h, w, c],
    pooled: name !== small,
  };
  known = new Map();
  head = null;
  return { name, side: height, features: base.pooled ? c : h * w * c };
}

function requireBase(): Base {
  if (base) return base;
  throw new PlainError({ en: 'Choose a base first.', zh: '请先选择基础网络。' });
}

/** Feature maps of pictures, one after the other. */
async function mapsOf(pictures: readonly ImageData[]): Promise<Float32Array> {
  const { fast, height, width, channels, scale } = requireBase();
  const size = height * width * channels;
  const data = new Float32Array(pictures.length * size);
  pictures.forEach((picture, i) => {
    const points = pointsOf(fitPicture(picture, height, width), channels);
    for (let p = 0; p < size; p++) data[i * size + p] = points[p] * scale.multiply + scale.add;
  });
  const x = fromData(data, [pictures.length, height, width, channels]);
  const y = (await fast.predict(x, { verbose: 0 })) as Tensor;
  return Float32Array.from(y.dataSync() as Float32Array);
}

/** What the head sees of a feature map: the mean of each channel, or all of it. */
function featuresOf(map: Float32Array, { mapShape: [h, w, c], pooled }: Base): Float32Array {
  if (!pooled) return map;
  const features = new Float32Array(c);
  map.forEach((value, i) => {
    features[i % c] += value / (h * w);
  });
  return features;
}

/** Photos that go through the base at a time. */
const together = 8;
const epochs = 60;

/** Learns to tell the photos of the classes apart. */
export async function* train(
  samples: readonly (readonly Sample[])[],
  classes: readonly string[],
): AsyncGenerator<ClassesEvent> {
  const begun = performance.now();
  const from = requireBase();
  const all = samples.flat();
  const open = all.filter(({ id }) => !known.has(id));
  for (let at = 0; at < open.length; at += together) {
    const some = open.slice(at, at + together);
    yield { kind: 'features', done: at, total: open.length };
    const maps = await mapsOf(some.map(({ picture }) => picture));
    const size = maps.length / some.length;
    some.forEach(({ id }, i) => {
      known.set(id, maps.slice(i * size, (i + 1) * size));
    });
  }
  const rows = all.map(({ id }) => featuresOf(known.get(id) as Float32Array, from));
  const labels = Int32Array.from(samples.flatMap((list, label) => list.map(() => label)));
  yield* learnHead(rows, labels, classes, begun);
}

/** Trains the head on features whose mean is 0 and deviation 1, then puts both into its weights. */
async function* learnHead(
  rows: readonly Float32Array[],
  labels: Int32Array,
  classes: readonly string[],
  begun: number,
): AsyncGenerator<ClassesEvent> {
  const width = rows[0].length;
  const { mean, deviation } = momentsOf(rows);
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    for (let j = 0; j < width; j++) data[i * width + j] = (row[j] - mean[j]) / deviation[j];
  });
  setSeed(0);
  const model = new Sequential([
    layers.input({ shape: [width] }),
    layers.dropout({ rate: 0.3 }),
    layers.dense({
      units: classes.length,
      activation: 'softmax',
      kernelInitializer: 'zeros',
      kernelRegularizer: 'l2',
    }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const x = fromData(data, [rows.length, width]);
  const y = toCategorical(fromData(labels, [labels.length]), classes.length);
  let accuracy = 0;
  for (let epoch = 1; epoch <= epochs; epoch += 5) {
    const { history } = await model.fit(x, y, { epochs: 5, batchSize: 16, verbose: 0 });
    const [loss] = (history.loss as number[]).slice(-1);
    accuracy = (history.accuracy as number[]).at(-1) ?? 0;
    yield { kind: 'epoch', epoch: epoch + 4, loss, accuracy };
  }
  const [kernel, bias] = model.weights.map((weight) =>
    Float32Array.from(weight.dataSync() as Float32Array),
  );
  const count = classes.length;
  for (let j = 0; j < width; j++) {
    for (let k = 0; k < count; k++) {
      kernel[j * count + k] /= deviation[j];
      bias[k] -= mean[j] * kernel[j * count + k];
    }
  }
  head = { weights: kernel, bias, classes };
  yield { kind: 'done', seconds: (performance.now() - begun) / 1000, accuracy };
}

function momentsOf(rows: readonly Float32Array[]): { mean: Float64Array; deviation: Float64Array } {
  const width = rows[0].length;
  const [mean, deviation] = [new Float64Array(width), new Float64Array(width)];
  for (const row of rows) for (let j = 0; j < width; j++) mean[j] += row[j] / rows.length;
  for (const row of rows) {
    for (let j = 0; j < width; j++) deviation[j] += (row[j] - mean[j]) ** 2 / rows.length;
  }
  // A feature that never changes says nothing.
  return { mean, deviation: deviation.map((square) => Math.sqrt(square) + 1e-3) };
}

/** What the network makes of a photo. */
export interface Guess {
  readonly shares: Float32Array;
  /** How much each place of the photo speaks for the likeliest class, from 0 to 1. */
  readonly where: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Tells what is in a photo, and where it saw that. */
export async function guess(picture: ImageData): Promise<Guess> {
  const from = requireBase();
  if (!head) throw new PlainError({ en: 'Train first.', zh: '请先训练。' });
  const { weights, bias, classes } = head;
  const map = await mapsOf([picture]);
  const features = featuresOf(map, from);
  const count = classes.length;
  const scores = Float32Array.from(bias, (b, k) =>
    features.reduce((sum, value, j) => sum + value * weights[j * count + k], b),
  );
  const shares = softmax(fromData(scores, [1, count])).dataSync() as Float32Array;
  const best = shares.indexOf(Math.max(...shares));
  const [height, width] = from.mapShape;
  return {
    shares: Float32Array.from(shares),
    where: activationMap(map, from, best),
    width,
    height,
  };
}

/**
 * The class activation map: each place's features by the weights of the class, less the mean over the classes (B. Zhou et al.,
 * "Learning deep features for discriminative localization", 2016). For a head on the mean of a map it is what Grad-CAM gives.
 */
function activationMap(map: Float32Array, { mapShape, pooled }: Base, best: number): Float32Array {
  const [h, w, c] = mapShape;
  const { weights, classes } = head as NonNullable<typeof head>;
  const count = classes.length;
  const where = new Float32Array(h * w);
  for (let place = 0; place < h * w; place++) {
    for (let channel = 0; channel < c; channel++) {
      const row = (pooled ? channel : place * c + channel) * count;
      let mean = 0;
      for (let k = 0; k < count; k++) mean += weights[row + k] / count;
      where[place] += map[place * c + channel] * (weights[row + best] - mean);
    }
  }
  const most = where.reduce((a, b) => Math.max(a, b), 0);
  return where.map((value) => Math.max(0, value) / (most || 1));
}

/** Formats that the network is saved in. */
export type SavedFormat = 'keras' | 'h5' | 'safetensors';

/** The whole network, base and head, as a file; its classes and what is done to photos stand in its metadata. */
export async function save(format: SavedFormat): Promise<Uint8Array> {
  const from = requireBase();
  if (!head) throw new PlainError({ en: 'Train first.', zh: '请先训练。' });
  const { weights, bias, classes } = head;
  const [map] = from.maps.outputs;
  const pool = from.pooled ? layers.globalAveragePooling2d() : layers.flatten();
  const predictions = layers.dense({
    units: classes.length,
    activation: 'softmax',
    name: 'own_classes',
  });
  const features = pool.apply(map);
  const model = new Model({
    inputs: from.maps.inputs[0],
    outputs: predictions.apply(features),
    name: 'own_classes_model',
  });
  const [kernel, biases] = predictions.weights;
  kernel.assign(fromData(weights, kernel.shape));
  biases.assign(fromData(bias, biases.shape));
  const { height, width, scale } = from;
  model.metadata = {
    classes,
    image_classifier: {
      name: 'own_classes',
      classes,
      preprocessing: [
        { step: 'center_crop', fraction: [1, 1] },
        { step: 'resize', height, width, method: 'bilinear', antialias: true },
        { step: 'scale', ...scale },
      ],
      features_layer: pool.name,
    },
  };
  return modelToFile(model, `classes.${format}`);
}
