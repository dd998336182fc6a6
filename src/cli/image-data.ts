import { existsSync } from 'node:fs';
import { Dataset, type HostArray } from '../data/index.ts';
import * as datasets from '../datasets/index.ts';
import { type Model, type Tensor, ValueError } from '../index.ts';
import { getLoss } from '../losses/get.ts';

/** Images, and the numbers of their classes. */
export interface LabelledImages {
  readonly images: HostArray;
  readonly labels: HostArray;
  /** Where they were found, for people. */
  readonly from: string;
}

const known = {
  mnist: datasets.mnist,
  'fashion-mnist': datasets.fashionMnist,
  cifar10: datasets.cifar10,
} as const;

type DataName = keyof typeof known;

/** Training and test images of a data set, from a folder if one is given. */
export async function loadImages(
  name: DataName,
  path?: string,
): Promise<{ train: LabelledImages; test: LabelledImages }> {
  const set = known[name];
  const found = await set.locate({ path });
  const from = found?.place ?? `the network (kept in the cache from now on)`;
  const [train, test] = await set.loadArrays({ path });
  const labelled = ([images, labels]: [HostArray, HostArray]) => ({ images, labels, from });
  return { train: labelled(train), test: labelled(test) };
}

/** Test images of a data set by its name, or from a folder with idx files. */
export async function loadTestData(data: string): Promise<LabelledImages> {
  const name = data as DataName;
  if (Object.hasOwn(known, name)) return (await loadImages(name)).test;
  if (existsSync(data)) return (await loadImages('mnist', data)).test;
  throw new ValueError(
    `'${data}' is neither a folder nor a data set; the data sets are ${Object.keys(known).join(', ')}`,
  );
}

/**
 * Images as a model wants them, one by one: scaled from 0..255 to 0..1 in the shape of its input, with labels for its loss. They stay
 * bytes until they are copied into a batch. Throws a ValueError where the model is made for others.
 */
export function imageBatches(
  model: Model,
  { images, labels }: Pick<LabelledImages, 'images' | 'labels'>,
): Dataset<[Tensor, Tensor]> {
  const shape = inputShape(model, images.shape.slice(1));
  const classes = model.outputs[0].shape.at(-1) as number;
  return Dataset.fromTensorSlices([
    images,
    { ...labels, shape: [labels.data.length] },
  ] as const).preprocess([
    { shape, rescale: 1 / 255 },
    wantsOneHot(model) ? { oneHot: classes } : null,
  ]);
}

/** The shape of a model's input, if images of shape `given` have as many points. */
export function inputShape(model: Model, given: readonly number[]): readonly number[] {
  const points = (shape: readonly (number | null)[]): number =>
    shape.reduce<number>((n, side) => n * (side ?? Number.NaN), 1);
  const shape = model.inputs[0]?.shape.slice(1);
  if (model.inputs.length === 1 && shape && points(shape) === points(given)) {
    return shape as number[];
  }
  const wanted = model.inputs.map((input) => `[${input.shape.slice(1).join(', ')}]`).join(' and ');
  throw new ValueError(
    `model '${model.name}' is made for inputs of shape ${wanted || 'unknown'}, but the images are [${given.join(', ')}]`,
  );
}

function wantsOneHot(model: Model): boolean {
  const { loss } = model.training.options;
  if (loss === null || loss === undefined) return true;
  return !getLoss(loss as Parameters<typeof getLoss>[0]).className.startsWith('Sparse');
}
