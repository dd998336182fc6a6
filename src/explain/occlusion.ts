import { concat, fromData, softmax } from '../ops/index.ts';
import { type Tensor, ValueError } from '../tensor/index.ts';
import type { Model } from '../training/index.ts';
import type { ClassOptions } from './grad-cam.ts';
import { batchOf, chosenClasses, watch } from './watched-model.ts';

/** Options of `occlusion`. */
export interface OcclusionOptions extends ClassOptions {
  /** Side of the square that hides a part of the image, in points. Default a fifth of the shorter side. */
  readonly window?: number;
  /** Points from one square to the next. Default half a window. */
  readonly stride?: number;
  /** What the square is filled with. Default 0. */
  readonly fill?: number;
  /** Images that go through the network at once. Default 16. */
  readonly batchSize?: number;
}

/**
 * How much less likely an image's class is where a square hides it: [n, height, width], the mean of the squares over each point; from
 * -1 to 1, above 0 where the class is. Zeiler and Fergus 2013, https://arxiv.org/abs/1311.2901.
 * @example const drop = await occlusion(model, images, { window: 48 });
 */
export async function occlusion(
  model: Model,
  images: Tensor,
  { classIndex, window, stride, fill = 0, batchSize = 16 }: OcclusionOptions = {},
): Promise<Tensor> {
  const batch = batchOf('occlusion', model, images);
  const [count, height, width, channels] = batch.shape;
  const side = window ?? Math.max(1, Math.round(Math.min(height, width) / 5));
  const step = stride ?? Math.max(1, Math.floor(side / 2));
  for (const [name, value] of Object.entries({ window: side, stride: step, batchSize })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new ValueError(`occlusion: ${name} must be a whole number >= 1, received ${value}`);
  }
  if (side > Math.min(height, width)) {
    throw new ValueError(
      `occlusion: a window of ${side} is larger than images of ${height} x ${width}`,
    );
  }
  const { predict } = watch('occlusion', model, model.layers.at(-1)?.name);
  const logits = await predict(batch);
  const classes = await chosenClasses('occlusion', logits, classIndex);
  const result = new Float32Array(count * height * width);
  const tops = starts(height, side, step);
  const places = tops.flatMap((top) => starts(width, side, step).map((left) => [top, left]));
  for (let n = 0; n < count; n++) {
    const image = Float32Array.from(await batch.slice([{ start: n, stop: n + 1 }]).data(), Number);
    const label = classes[n];
    const [whole] = await probabilities(logits.slice([{ start: n, stop: n + 1 }]), label);
    const times = new Float32Array(height * width);
    const own = result.subarray(n * height * width, (n + 1) * height * width);
    for (let from = 0; from < places.length; from += batchSize) {
      const some = places.slice(from, from + batchSize);
      const hidden = some.map(([top, left]) => {
        const copy = image.slice();
        for (let y = top; y < top + side; y++) {
          const row = (y * width + left) * channels;
          copy.fill(fill, row, row + side * channels);
        }
        return fromData(copy, [1, height, width, channels]);
      });
      const found = await probabilities(await predict(concat(hidden, 0)), label);
      some.forEach(([top, left], i) => {
        for (let y = top; y < top + side; y++) {
          for (let x = left; x < left + side; x++) {
            own[y * width + x] += whole - found[i];
            times[y * width + x]++;
          }
        }
      });
    }
    for (let at = 0; at < own.length; at++) if (times[at]) own[at] /= times[at];
  }
  return fromData(result, [count, height, width]);
}

/** Where squares begin along a side, so that they reach its end. */
function starts(length: number, side: number, step: number): number[] {
  const all: number[] = [];
  for (let at = 0; at + side < length; at += step) all.push(at);
  return [...all, length - side];
}

/** Probabilities of a class by the logits of images. */
async function probabilities(logits: Tensor, label: number): Promise<number[]> {
  const [count, outputs] = logits.shape;
  if (outputs > 1) {
    const values = await softmax(logits).data();
    return Array.from({ length: count }, (_, i) => Number(values[i * outputs + label]));
  }
  const values = Array.from(await logits.sigmoid().data(), Number);
  return label ? values : values.map((value) => 1 - value);
}
