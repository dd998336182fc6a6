import {
  activation,
  add,
  batchNormalization,
  conv2d,
  dense,
  globalAveragePooling2d,
  type KerasTensor,
  maxPooling2d,
  zeroPadding2d,
} from '../layers/index.ts';
import { type ApplicationOptions, application, pooled } from './application.ts';
import { kerasFile } from './published-file.ts';

const epsilon = 1.001e-5;

/** Filters, blocks, and strides of the first block, of each stack. */
const stacks = [
  ['conv2', 64, 3, 1],
  ['conv3', 128, 4, 2],
  ['conv4', 256, 6, 2],
  ['conv5', 512, 3, 2],
] as const;

/**
 * The residual network with 50 layers, with the stride of a block on its first 1x1 convolution: He, Zhang, Ren and Sun 2015,
 * https://arxiv.org/abs/1512.03385. Images of 224 x 224 as its `preprocessInput` makes them.
 * @example const model = ResNet50({ weights: null, classes: 10 });
 */
export const ResNet50 = application<ApplicationOptions>({
  title: 'ResNet50',
  name: () => 'resnet50',
  build(images, { includeTop, pooling, classes, classifierActivation }) {
    let x = zeroPadding2d(3, { name: 'conv1_pad' }).apply(images);
    x = conv2d(64, 7, { strides: 2, name: 'conv1_conv' }).apply(x);
    x = batchNormalization({ epsilon, name: 'conv1_bn' }).apply(x);
    x = activation('relu', { name: 'conv1_relu' }).apply(x);
    x = zeroPadding2d(1, { name: 'pool1_pad' }).apply(x);
    x = maxPooling2d(3, { strides: 2, name: 'pool1_pool' }).apply(x);
    for (const [name, filters, blocks, strides] of stacks) {
      for (let i = 1; i <= blocks; i++) {
        x = block(x, `${name}_block${i}`, filters, i === 1 ? strides : null);
      }
    }
    if (!includeTop) return pooled(x, pooling, { avg: 'avg_pool', max: 'max_pool' });
    x = globalAveragePooling2d({ name: 'avg_pool' }).apply(x);
    return dense(classes, { activation: classifierActivation, name: 'predictions' }).apply(x);
  },
  published: ({ includeTop }) =>
    kerasFile(
      'resnet',
      `resnet50_weights_tf_dim_ordering_tf_kernels${includeTop ? '' : '_notop'}.h5`,
      // As in keras.applications.
      includeTop
        ? { size: 102967424, md5: '2cb95161c43110f7111970584f804107' }
        : { size: 94765736, md5: '4d473c1dd8becc155b73f8504c6f6626' },
    ),
});

/** Convolutions around which the input goes, through a convolution of its own where `strides` are given. */
function block(
  input: KerasTensor,
  name: string,
  filters: number,
  strides: number | null,
): KerasTensor {
  const convolved = (
    x: KerasTensor,
    part: number,
    size: number,
    channels: number,
    step = 1,
  ): KerasTensor => {
    const options = { strides: step, padding: size > 1 ? 'same' : 'valid' } as const;
    const y = conv2d(channels, size, { ...options, name: `${name}_${part}_conv` }).apply(x);
    return batchNormalization({ epsilon, name: `${name}_${part}_bn` }).apply(y);
  };
  const rectified = (x: KerasTensor, part: string): KerasTensor =>
    activation('relu', { name: `${name}_${part}` }).apply(x);
  const shortcut = strides === null ? input : convolved(input, 0, 1, 4 * filters, strides);
  let x = rectified(convolved(input, 1, 1, filters, strides ?? 1), '1_relu');
  x = rectified(convolved(x, 2, 3, filters), '2_relu');
  x = convolved(x, 3, 1, 4 * filters);
  return rectified(add({ name: `${name}_add` }).apply([shortcut, x]), 'out');
}

export { decodePredictions } from './decode-predictions.ts';
export { preprocessCaffe as preprocessInput } from './preprocess-input.ts';
