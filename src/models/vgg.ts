import { conv2d, dense, flatten, type KerasTensor, maxPooling2d } from '../layers/index.ts';
import { type ApplicationOptions, application, pooled } from './application.ts';
import { kerasFile, type PublishedSum } from './published-file.ts';

/** Convolutions of each of the five blocks, and their filters. */
type Blocks = readonly (readonly [convolutions: number, filters: number])[];

/** Sizes in bytes and MD5 of the files, as keras.applications has them. */
interface Files {
  readonly top: PublishedSum;
  readonly noTop: PublishedSum;
}

const vgg = (depth: 16 | 19, blocks: Blocks, files: Files) =>
  application<ApplicationOptions>({
    title: `VGG${depth}`,
    name: () => `vgg${depth}`,
    build(images, { includeTop, pooling, classes, classifierActivation }) {
      const features = blocks.reduce(
        (x, [convolutions, filters], i) => block(x, `block${i + 1}`, convolutions, filters),
        images,
      );
      if (!includeTop) return pooled(features, pooling);
      let x = flatten({ name: 'flatten' }).apply(features);
      x = dense(4096, { activation: 'relu', name: 'fc1' }).apply(x);
      x = dense(4096, { activation: 'relu', name: 'fc2' }).apply(x);
      return dense(classes, { activation: classifierActivation, name: 'predictions' }).apply(x);
    },
    published: ({ includeTop }) =>
      kerasFile(
        `vgg${depth}`,
        `vgg${depth}_weights_tf_dim_ordering_tf_kernels${includeTop ? '' : '_notop'}.h5`,
        includeTop ? files.top : files.noTop,
      ),
  });

function block(x: KerasTensor, name: string, convolutions: number, filters: number): KerasTensor {
  for (let i = 1; i <= convolutions; i++) {
    const options = { padding: 'same', activation: 'relu', name: `${name}_conv${i}` } as const;
    x = conv2d(filters, 3, options).apply(x);
  }
  return maxPooling2d(2, { strides: 2, name: `${name}_pool` }).apply(x);
}

/**
 * VGG with 16 layers of weights: Simonyan and Zisserman 2014, https://arxiv.org/abs/1409.1556. Images of 224 x 224 as its
 * `preprocessInput` makes them.
 * @example const base = await VGG16({ includeTop: false, inputShape: [150, 150, 3] });
 */
export const VGG16 = vgg(
  16,
  [
    [2, 64],
    [2, 128],
    [3, 256],
    [3, 512],
    [3, 512],
  ],
  {
    top: { size: 553467096, md5: '64373286793e3c8b2b4e3219cbf3544b' },
    noTop: { size: 58889256, md5: '6d6bbae143d832006294945121d1f1fc' },
  },
);

/** VGG with 19 layers of weights; see {@link VGG16}. */
export const VGG19 = vgg(
  19,
  [
    [2, 64],
    [2, 128],
    [4, 256],
    [4, 512],
    [4, 512],
  ],
  {
    top: { size: 574710816, md5: 'cbe5617147190e668d6c5d5026f83318' },
    noTop: { size: 80134624, md5: '253f8cb515780f3b799900260a226db6' },
  },
);

export { decodePredictions } from './decode-predictions.ts';
export { preprocessCaffe as preprocessInput } from './preprocess-input.ts';
