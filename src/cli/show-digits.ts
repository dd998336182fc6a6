import { Dataset, type HostArray } from '../data/index.ts';
import type { Model, Tensor } from '../index.ts';
import { type Block, beside, drawDigit, trimAlike } from './draw-digit.ts';
import { inputShape, type LabelledImages } from './image-data.ts';
import { print } from './terminal.ts';

const shown = 5;
const batchSize = 200;
const points = 28 * 28;

interface Reading {
  readonly index: number;
  readonly label: number;
  readonly recognised: number;
}

/** Draws five test digits in the terminal with what the model takes them for, one of them wrong if any is. */
export async function showDigits(model: Model, { images, labels }: LabelledImages): Promise<void> {
  const readings = await chooseReadings(model, images, labels);
  const pixels = images.data as Uint8Array;
  const drawn = trimAlike(
    readings.map(({ index }) => drawDigit(pixels.subarray(index * points, (index + 1) * points))),
  );
  print(beside(drawn.map((block, i): Block => [...block, caption(readings[i])])));
}

const caption = ({ recognised, label }: Reading): string =>
  recognised === label ? `${recognised}` : `${recognised} (wrong: it is ${label})`;

/** The first that are right, and one that is wrong if any is. */
async function chooseReadings(
  model: Model,
  images: HostArray,
  labels: HostArray,
): Promise<Reading[]> {
  const right: Reading[] = [];
  const wrong: Reading[] = [];
  const truth = labels.data;
  const shape = inputShape(model, images.shape.slice(1));
  const batches = Dataset.fromTensorSlices(images)
    .preprocess({ shape, rescale: 1 / 255 })
    .batch(batchSize);
  let index = 0;
  for (const batch of batches) {
    const scores: Tensor = await model.predictOnBatch(batch);
    for (const digit of scores.argmax(-1).dataSync()) {
      const reading = { index, label: Number(truth[index]), recognised: Number(digit) };
      (reading.recognised === reading.label ? right : wrong).push(reading);
      index++;
    }
    if (wrong.length > 0 && right.length >= shown) break;
  }
  const kept = wrong.length > 0 ? right.slice(0, shown - 1) : right;
  return [...kept, ...wrong].slice(0, shown);
}
