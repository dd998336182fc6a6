import type { FileSource } from '#platform';
import {
  batchNormalization,
  conv2d,
  globalAveragePooling2d,
  Input,
  type KerasTensor,
  maxPooling2d,
  relu,
} from '../layers/index.ts';
import {
  type ApplicationOptions,
  EfficientNetLite0,
  MobileNet,
  MobileNetV2,
  openPublished,
  type PublishedFile,
  ResNet50,
  type SourceOptions,
  SqueezeNet,
  VGG16,
  VGG19,
} from '../models/index.ts';
import { ValueError } from '../tensor/index.ts';
import { Model } from '../training/index.ts';
import { find, load } from './load.ts';
import type { PreprocessingStep } from './preprocessing.ts';

/** A network that describes photos, to learn classes on. */
export interface PhotoBase {
  readonly name: string;
  /** From images to features, [n, features] or maps of them, [n, height, width, features]. */
  readonly model: Model;
  readonly preprocessing: readonly PreprocessingStep[];
  /** Whether it knows nothing yet and is trained as a whole. Default false. */
  readonly isNew?: boolean;
}

/** Which base is opened. */
export interface BaseOptions extends SourceOptions {
  /** Side of the images, where it shall differ from the network's own. */
  readonly size?: number;
  /** A file with the weights of the network without its top, such as Keras publishes; else those of the hub. */
  readonly weights?: FileSource;
}

type WithoutTop = ApplicationOptions & { readonly includeTop: false; readonly weights: null };

/** Networks that can be built in other sizes; `published` is the file of those whose top is most of what is to be fetched. */
const networks: Readonly<
  Record<string, { build(options: WithoutTop): Model; published?: () => PublishedFile }>
> = {
  'mobilenet_v2_1.0_224': { build: (options) => MobileNetV2(options) },
  efficientnet_lite0: { build: (options) => EfficientNetLite0(options) },
  squeezenet_1_0: { build: (options) => SqueezeNet(options) },
  'mobilenet_v1_0.25_128': { build: (options) => MobileNet({ ...options, alpha: 0.25 }) },
  vgg16: {
    build: (options) => VGG16(options),
    published: () => VGG16.published({ includeTop: false }),
  },
  vgg19: {
    build: (options) => VGG19(options),
    published: () => VGG19.published({ includeTop: false }),
  },
  resnet50: {
    build: (options) => ResNet50(options),
    published: () => ResNet50.published({ includeTop: false }),
  },
};

/**
 * A network of the hub without its classes, by name; `'none'` is a small new one that is trained from nothing.
 * @example const base = await openBase('vgg16', { size: 150, weights: 'vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5' });
 */
export async function openBase(name: string, options: BaseOptions = {}): Promise<PhotoBase> {
  const { size, weights, ...sources } = options;
  if (size !== undefined && (!Number.isSafeInteger(size) || size < 32 || size > 1024)) {
    throw new ValueError(`size must be a whole number from 32 to 1024, received ${size}`);
  }
  if (name === 'none') return newBase(size ?? 96, weights);
  const entry = await find(name, sources);
  const { height, width, channels } = entry.input;
  const side = size ?? height;
  const network = Object.hasOwn(networks, entry.name) ? networks[entry.name] : null;
  const isOther = side !== height || side !== width;
  if (!network && (isOther || weights !== undefined)) {
    throw new ValueError(
      `${entry.name} takes images of ${height} x ${width} with its own weights; leave out size and weights`,
    );
  }
  const preprocessing = entry.preprocessing.map((step) =>
    step.step === 'resize' ? { ...step, height: side, width: side } : step,
  );
  const base = { name: entry.name, preprocessing };
  const build = (): Model =>
    (network as NonNullable<typeof network>).build({
      includeTop: false,
      inputShape: [side, side, channels],
      weights: null,
    });
  if (weights !== undefined) {
    const model = build();
    await model.loadWeights(weights);
    return { ...base, model };
  }
  if (network?.published) {
    const model = build();
    const file = await openPublished(network.published(), sources);
    try {
      await model.loadWeights(await file.read(0, file.size));
    } finally {
      await file.close();
    }
    return { ...base, model };
  }
  const known = (await load(name, sources)).featureModel();
  if (!isOther) return { ...base, model: known };
  const model = build();
  model.setWeights(known.getWeights());
  return { ...base, model };
}

/** Four blocks of convolution, normalization and pooling. */
function newBase(side: number, weights: FileSource | undefined): PhotoBase {
  if (weights !== undefined) {
    throw new ValueError("base 'none' begins with new weights; leave out weights");
  }
  const images = Input({ shape: [side, side, 3] });
  let x: KerasTensor = images;
  for (const [i, filters] of [16, 32, 64, 128].entries()) {
    const name = `block${i + 1}`;
    x = conv2d(filters, 3, { padding: 'same', useBias: false, name: `${name}_conv` }).apply(x);
    x = relu({ name: `${name}_relu` }).apply(
      batchNormalization({ momentum: 0.9, name: `${name}_bn` }).apply(x),
    );
    if (side >> (i + 1) >= 4) x = maxPooling2d(2, { name: `${name}_pool` }).apply(x);
  }
  return {
    name: 'none',
    model: new Model({
      inputs: images,
      outputs: globalAveragePooling2d({ name: 'features' }).apply(x),
      name: 'small_network',
    }),
    preprocessing: [
      { step: 'resize', height: side, width: side, method: 'bilinear', antialias: true },
      { step: 'scale', multiply: 1 / 127.5, add: -1 },
    ],
    isNew: true,
  };
}
