import { conv2d, dense, flatten, type KerasTensor, maxPooling2d } from '../layers/index.ts';
import { type ApplicationOptions, application, pooled } from './application.ts';
import { kerasFile } from './published-file.ts';

/** Convolutions of each of the five blocks, and their filters. */
type Blocks = readonly (readonly [convolutions: number, filters: number])[];

const vgg = (
  depth: 16 | 19,
  blocks: Blocks,
  md5: { readonly top: string; readonly noTop: string },
) =>
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
        { md5: includeTop ? md5.top : md5.noTop },
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
  // As in keras.applications.
  { top: '64373286793e3c8b2b4e3219cbf3544b', noTop: '6d6bbae143d832006294945121d1f1fc' },
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
  { top: 'cbe5617147190e668d6c5d5026f83318', noTop: '253f8cb515780f3b799900260a226db6' },
);

export { decodePredictions } from './decode-predictions.ts';
export { preprocessCaffe as preprocessInput } from './preprocess-input.ts';
