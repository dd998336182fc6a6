import {
  add,
  batchNormalization,
  conv2d,
  dense,
  depthwiseConv2d,
  dropout,
  globalAveragePooling2d,
  type KerasTensor,
  relu,
} from '../layers/index.ts';
import { type ApplicationOptions, application, pooled } from './application.ts';
import type { PublishedFile } from './published-file.ts';

/** Window, strides, expansion, filters and number of blocks of each stage. */
const stages = [
  [3, 1, 1, 16, 1],
  [3, 2, 6, 24, 2],
  [5, 2, 6, 40, 2],
  [3, 2, 6, 80, 3],
  [5, 1, 6, 112, 3],
  [5, 2, 6, 192, 4],
  [3, 1, 6, 320, 1],
] as const;

const mirrored: PublishedFile = {
  key: 'efficientnet_lite0/model.safetensors',
  urls: [],
  size: 18798440,
  sha256: 'c3583c4fcfb083f728b699ec41c9c162c6ffb93dc30398b906169ec579a03834',
};

/**
 * EfficientNet-Lite0: EfficientNet (Tan and Le 2019, https://arxiv.org/abs/1905.11946) without squeeze-and-excitation and with
 * ReLU6, as its authors made it for phones. Images of 224 x 224 as its `preprocessInput` makes them; the layers' names are
 * those of Keras' EfficientNets.
 * @example const base = await EfficientNetLite0({ includeTop: false, pooling: 'avg' });
 */
export const EfficientNetLite0 = application<ApplicationOptions>({
  title: 'EfficientNetLite0',
  name: () => 'efficientnet_lite0',
  build(images, { includeTop, pooling, classes, classifierActivation }) {
    let x = conv2d(32, 3, {
      strides: 2,
      padding: 'same',
      useBias: false,
      name: 'stem_conv',
    }).apply(images);
    x = rectified(normalized(x, 'stem_bn'), 'stem_activation');
    for (const [i, [window, strides, expansion, filters, blocks]] of stages.entries()) {
      for (let j = 0; j < blocks; j++) {
        const name = `block${i + 1}${'abcd'[j]}_`;
        x = block(x, name, window, j === 0 ? strides : 1, expansion, filters);
      }
    }
    x = convolved(x, 1280, 'top_conv');
    x = rectified(normalized(x, 'top_bn'), 'top_activation');
    if (!includeTop) return pooled(x, pooling, { avg: 'avg_pool', max: 'max_pool' });
    x = globalAveragePooling2d({ name: 'avg_pool' }).apply(x);
    x = dropout(0.2, { name: 'top_dropout' }).apply(x);
    return dense(classes, { activation: classifierActivation, name: 'predictions' }).apply(x);
  },
  published: () => mirrored,
});

const normalized = (x: KerasTensor, name: string): KerasTensor =>
  batchNormalization({ name }).apply(x);

const rectified = (x: KerasTensor, name: string): KerasTensor => relu(6, { name }).apply(x);

const convolved = (x: KerasTensor, filters: number, name: string): KerasTensor =>
  conv2d(filters, 1, { padding: 'same', useBias: false, name }).apply(x);

function block(
  input: KerasTensor,
  name: string,
  window: number,
  strides: number,
  expansion: number,
  filters: number,
): KerasTensor {
  const channels = input.shape.at(-1) as number;
  let x = input;
  if (expansion > 1) {
    x = convolved(x, expansion * channels, `${name}expand_conv`);
    x = rectified(normalized(x, `${name}expand_bn`), `${name}expand_activation`);
  }
  x = depthwiseConv2d(window, {
    strides,
    padding: 'same',
    useBias: false,
    name: `${name}dwconv`,
  }).apply(x);
  x = rectified(normalized(x, `${name}bn`), `${name}activation`);
  x = normalized(convolved(x, filters, `${name}project_conv`), `${name}project_bn`);
  if (strides !== 1 || channels !== filters) return x;
  return add({ name: `${name}add` }).apply([x, input]);
}

export { decodePredictions } from './decode-predictions.ts';
export { preprocessLite as preprocessInput } from './preprocess-input.ts';
