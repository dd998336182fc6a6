import type { FileSource } from '#platform';
import { safetensors } from '../formats/index.ts';
import {
  globalAveragePooling2d,
  globalMaxPooling2d,
  Input,
  isSymbolic,
  type KerasTensor,
} from '../layers/index.ts';
import { ValueError } from '../tensor/index.ts';
import { Model } from '../training/index.ts';
import { namedWeights } from '../training/weight-names.ts';
import { openPublished, type PublishedFile } from './published-file.ts';

/** What every architecture takes, as in `keras.applications`. */
export interface ApplicationOptions {
  /** `null`: new weights; `'imagenet'`: published ones; else a file of weights of the same layers. Default `'imagenet'`. */
  readonly weights?: 'imagenet' | FileSource | null;
  /** Whether the layers that tell classes apart are on top. Default true. */
  readonly includeTop?: boolean;
  /** Height, width and channels of images. Without the top, `null` stands for any size, which is the default then. */
  readonly inputShape?: readonly [number | null, number | null, number] | null;
  /** A symbolic tensor to build on instead of an input of its own. */
  readonly inputTensor?: KerasTensor | null;
  /** Without the top: mean or maximum over each channel, so that features are [batch, channels]. */
  readonly pooling?: 'avg' | 'max' | null;
  /** Classes that the top tells apart. Default 1000. */
  readonly classes?: number;
  /** `null` or `'linear'`: the model gives logits. Default `'softmax'`. */
  readonly classifierActivation?: string | null;
  readonly name?: string;
}

/** Options with defaults, and the shape of images that follows from them. */
export type Resolved<Options> = Options & {
  readonly weights: 'imagenet' | FileSource | null;
  readonly includeTop: boolean;
  readonly inputShape: readonly [number | null, number | null, number];
  readonly pooling: 'avg' | 'max' | null;
  readonly classes: number;
  readonly classifierActivation: string;
};

/** What makes an architecture. */
interface Definition<Options extends ApplicationOptions> {
  /** As errors name it. */
  readonly title: string;
  /** Side of the images where no shape is given. */
  readonly defaultSize?: number;
  /** Images must have so many points on each side. */
  readonly minSize?: number;
  /** Classes, where none are named. Default 1000. */
  readonly classes?: number;
  /** Side lengths for which there are weights of their own; others use those of `defaultSize`. */
  readonly weightSizes?: readonly number[];
  /** Name of the model; `rows` as Keras writes them. */
  name(options: Resolved<Options>, rows: number | 'None'): string;
  /** From the images to the classes, or to the features without the top. */
  build(images: KerasTensor, options: Resolved<Options>): KerasTensor;
  /** Published weights of ImageNet; a ValueError where there are none. */
  published(options: Resolved<Options>, size: number): PublishedFile;
}

/** A function that makes a model: at once with new weights, else as soon as its weights are read. */
export interface Application<Options extends ApplicationOptions> {
  (options: Options & { readonly weights: null }): Model;
  (options?: Options): Promise<Model>;
  /** The file of weights that `'imagenet'` stands for; a ValueError where there is none for such options. */
  published(options?: Options): PublishedFile;
}

/** Makes the function of an architecture. */
export function application<Options extends ApplicationOptions>(
  definition: Definition<Options>,
): Application<Options> {
  const make = (given: Options = {} as Options): Model | Promise<Model> => {
    const options = resolve(definition, given);
    const size = weightSize(definition, options);
    const images = given.inputTensor ?? Input({ shape: options.inputShape });
    const outputs = definition.build(images, options);
    const rows = options.weights === 'imagenet' ? size : (options.inputShape[0] ?? 'None');
    const name = given.name ?? definition.name(options, rows);
    const model = new Model({ inputs: images, outputs, name });
    return options.weights === null ? model : withWeights(definition, options, size, model);
  };
  const published = (given: Options = {} as Options): PublishedFile => {
    const options = resolve(definition, given);
    return definition.published(options, weightSize(definition, options));
  };
  return Object.assign(make, { published }) as Application<Options>;
}

async function withWeights<Options extends ApplicationOptions>(
  definition: Definition<Options>,
  options: Resolved<Options>,
  size: number,
  model: Model,
): Promise<Model> {
  const { weights } = options;
  if (weights !== 'imagenet') {
    await model.loadWeights(weights as FileSource);
    return model;
  }
  const file = await openPublished(definition.published(options, size));
  try {
    await model.loadWeights(weightsFor(model, await file.read(0, file.size)));
  } finally {
    await file.close();
  }
  return model;
}

/** Published weights without those of a top that the model does not have. */
function weightsFor(model: Model, bytes: Uint8Array): Uint8Array {
  if (!safetensors.sniff(bytes)) return bytes;
  const wanted = namedWeights(model);
  const { tensors } = safetensors.decode(bytes);
  const own = [...tensors].filter(([name]) => wanted.has(name));
  return own.length === tensors.size ? bytes : safetensors.encode(own);
}

function resolve<Options extends ApplicationOptions>(
  { title, defaultSize = 224, minSize = 32, classes: usual = 1000 }: Definition<Options>,
  given: Options,
): Resolved<Options> {
  const {
    weights = 'imagenet',
    includeTop = true,
    pooling = null,
    classes = usual,
    classifierActivation,
  } = given;
  if (pooling !== null && pooling !== 'avg' && pooling !== 'max') {
    throw new ValueError(`${title}: pooling must be 'avg', 'max' or null, received '${pooling}'`);
  }
  if (!Number.isSafeInteger(classes) || classes < 1) {
    throw new ValueError(`${title}: classes must be a whole number >= 1, received ${classes}`);
  }
  if (weights === 'imagenet' && includeTop && classes !== usual) {
    throw new ValueError(
      `${title}: the weights 'imagenet' tell ${usual} classes apart, received classes: ${classes}; ` +
        'pass weights: null, or includeTop: false and a top of your own',
    );
  }
  const { inputTensor = null } = given;
  if (inputTensor !== null && !isSymbolic(inputTensor)) {
    throw new ValueError(`${title}: inputTensor must be symbolic, such as Input({ shape }) gives`);
  }
  const fromTensor = inputTensor?.shape.slice(1) as [number | null, number | null, number];
  const shape = given.inputShape ?? fromTensor ?? null;
  const inputShape = shape ?? (includeTop ? [defaultSize, defaultSize, 3] : [null, null, 3]);
  checkShape(title, inputShape, minSize, includeTop);
  return {
    ...given,
    weights,
    includeTop,
    pooling,
    classes,
    inputShape: inputShape as Resolved<Options>['inputShape'],
    // Null must not be taken for the default.
    classifierActivation:
      classifierActivation === undefined ? 'softmax' : (classifierActivation ?? 'linear'),
  };
}

function checkShape(
  title: string,
  shape: readonly (number | null)[],
  minSize: number,
  includeTop: boolean,
): void {
  const described = `[${shape.map((n) => n ?? 'null').join(', ')}]`;
  if (shape.length !== 3 || shape[2] === null) {
    throw new ValueError(
      `${title}: inputShape must be [height, width, channels], received ${described}`,
    );
  }
  const sides = shape.slice(0, 2);
  if (sides.some((n) => n !== null && n < minSize)) {
    throw new ValueError(
      `${title}: images must have at least ${minSize} x ${minSize} points, received inputShape ${described}`,
    );
  }
  if (includeTop && sides.includes(null)) {
    throw new ValueError(
      `${title}: with includeTop, height and width must be known, received inputShape ${described}`,
    );
  }
}

function weightSize<Options extends ApplicationOptions>(
  { defaultSize = 224, weightSizes = [] }: Definition<Options>,
  { inputShape: [height, width] }: Resolved<Options>,
): number {
  const has = height !== null && height === width && weightSizes.includes(height);
  return has ? height : defaultSize;
}

/** The features as `pooling` wants them. */
export function pooled(
  x: KerasTensor,
  pooling: 'avg' | 'max' | null,
  names: Partial<Record<'avg' | 'max', string>> = {},
): KerasTensor {
  if (pooling === 'avg') {
    return globalAveragePooling2d({ name: names.avg ?? 'global_average_pooling2d' }).apply(x);
  }
  if (pooling === 'max') {
    return globalMaxPooling2d({ name: names.max ?? 'global_max_pooling2d' }).apply(x);
  }
  return x;
}
