import { fromData, type Model, modelFromBytes, modelToBytes, noGrad, toCategorical } from 'gradus';
import { digitFromImage, type GreyImage } from 'gradus/data';
import { digitsModel, sampleDigits } from '../../engine/digits.ts';
import { PlainError } from '../../engine/plain-error.ts';

/** What one layer made of the digit. */
export interface FeatureMaps {
  readonly layer: string;
  readonly width: number;
  readonly height: number;
  /** One picture a channel, row by row, from 0 to the layer's largest value. */
  readonly maps: readonly Float32Array[];
  readonly largest: number;
}

/** What the network makes of a picture. */
export interface Reading {
  /** What it sees: 28 x 28, 0 (nothing) to 255 (ink). */
  readonly pixels: Uint8Array;
  readonly probabilities: Float32Array;
  readonly maps: readonly FeatureMaps[];
}

/** The network after it has learned the kept samples; null for the one that came with the page. */
let taught: Model | null = null;

/** Finds the digit in a picture and reads it. */
export async function read(image: GreyImage): Promise<Reading> {
  let pixels: Uint8Array;
  try {
    ({ pixels } = digitFromImage(image));
  } catch {
    throw new PlainError({
      en: 'No digit can be seen: it needs one digit that stands out from an even background.',
      zh: '看不出数字：需要一个与均匀背景分明的数字。',
    });
  }
  return readPixels(pixels);
}

/** Reads 28 x 28 pixels. */
export async function readPixels(pixels: Uint8Array): Promise<Reading> {
  const model = taught ?? (await digitsModel());
  return noGrad(() => {
    let x = fromData(
      Float32Array.from(pixels, (value) => value / 255),
      [1, 28, 28, 1],
    );
    const maps: FeatureMaps[] = [];
    for (const layer of model.layers) {
      x = layer.apply(x, { training: false });
      if (x.rank === 4) maps.push(mapsOf(layer.name, x.shape, x.dataSync() as Float32Array));
    }
    return { pixels, probabilities: Float32Array.from(x.dataSync() as Float32Array), maps };
  });
}

function mapsOf(layer: string, shape: readonly number[], data: Float32Array): FeatureMaps {
  const [, height, width, channels] = shape;
  const maps = Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: width * height }, (_, i) => data[i * channels + channel]),
  );
  return { layer, width, height, maps, largest: data.reduce((a, b) => Math.max(a, b), 0) };
}

/** Digits that a person has named. */
export interface Named {
  readonly pixels: Uint8Array;
  readonly label: number;
}

/** How many of the kept samples a network reads as they were named. */
async function rightOf(model: Model, named: readonly Named[]): Promise<number> {
  let right = 0;
  for (const { pixels, label } of named) {
    const x = fromData(
      Float32Array.from(pixels, (v) => v / 255),
      [1, 28, 28, 1],
    );
    const probabilities = model.apply(x, { training: false }).dataSync() as Float32Array;
    if (probabilities.indexOf(Math.max(...probabilities)) === label) right++;
  }
  return right;
}

/**
 * Trains a copy of the network on the kept samples, together with MNIST's so that it does not forget those; says how many
 * were read right before and after.
 */
export async function learn(named: readonly Named[]): Promise<{ before: number; after: number }> {
  const start = await digitsModel();
  const before = await rightOf(taught ?? start, named);
  const model = modelFromBytes(await modelToBytes(start));
  const known = await sampleDigits();
  const count = known.length / 784;
  // As many of the person's own as there are of MNIST.
  const repeats = Math.max(1, Math.round(count / named.length));
  const total = count + repeats * named.length;
  const x = new Float32Array(total * 784);
  const labels = new Int32Array(total);
  for (let i = 0; i < total; i++) {
    const own = i < count ? null : named[(i - count) % named.length];
    labels[i] = own ? own.label : Math.floor(i / 10);
    const pixels = own ? own.pixels : known.subarray(i * 784, (i + 1) * 784);
    for (let p = 0; p < 784; p++) x[i * 784 + p] = pixels[p] / 255;
  }
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  await model.fit(fromData(x, [total, 28, 28, 1]), toCategorical(fromData(labels, [total]), 10), {
    epochs: 12,
    batchSize: 20,
    verbose: 0,
  });
  taught = model;
  return { before, after: await rightOf(model, named) };
}

/** Goes back to the network that came with the page. */
export function forget(): void {
  taught = null;
}
