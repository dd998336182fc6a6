import { LogWriter } from '../board/index.ts';
import { type Callback, fromData, type Model, TensorBoard } from '../index.ts';
import { inputShape, type LabelledImages } from './image-data.ts';

/** Test images of which the log shows what the network makes of them. */
const WATCHED = 200;
/** Steps between two points of the curves. */
const UPDATE = 10;

/** A callback that notes a training of a network for images in a folder. */
export function logTraining(
  model: Model,
  { images, labels }: LabelledImages,
  folder: string,
): Callback {
  const [total, height, width, channels = 1] = images.shape;
  const count = Math.min(WATCHED, total);
  const pixels = (images.data as Uint8Array).slice(0, count * height * width * channels);
  const shape = inputShape(model, images.shape.slice(1));
  const scaled = Float32Array.from(pixels, (pixel) => pixel / 255);
  return new TensorBoard(folder, {
    histogramFreq: 1,
    updateFreq: UPDATE,
    samples: {
      x: fromData(scaled, [count, ...shape]),
      labels: Array.from(labels.data.slice(0, count), Number),
      images: fromData(pixels, [count, height, width, channels]),
    },
  });
}

/** Notes with which options a network was trained and how good it became, so that runs can be compared. */
export function noteResult(
  folder: string,
  options: {
    readonly model: string;
    readonly optimizer: string;
    readonly batchSize: number;
    readonly epochs: number;
    readonly learningRate?: number;
  },
  score: Readonly<Record<string, number>>,
): void {
  const { model, optimizer, batchSize, epochs, learningRate } = options;
  const rate: Record<string, number> = learningRate === undefined ? {} : { learningRate };
  const writer = new LogWriter(folder);
  writer.addHparams(
    { model, optimizer, batchSize, epochs, ...rate },
    Object.keys(score).map(tagOf),
  );
  for (const [name, value] of Object.entries(score)) writer.addScalar(tagOf(name), value, epochs);
  writer.close();
}

const tagOf = (name: string): string => `test/${name}`;
