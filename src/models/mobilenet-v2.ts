import {
  add,
  batchNormalization,
  conv2d,
  dense,
  depthwiseConv2d,
  globalAveragePooling2d,
  type KerasTensor,
  relu,
  zeroPadding2d,
} from '../layers/index.ts';
import { ValueError } from '../tensor/index.ts';
import { type ApplicationOptions, application, pooled } from './application.ts';
import { kerasFile, type PublishedFile } from './published-file.ts';

/** Options of {@link MobileNetV2}. */
export interface MobileNetV2Options extends ApplicationOptions {
  /** Multiplies the number of filters of every layer. Default 1. */
  readonly alpha?: number;
}

/** Filters, strides and number of blocks: the first block of each line has the strides. Expansion is 6, but 1 in the first. */
const stages = [
  [16, 1, 1],
  [24, 2, 2],
  [32, 2, 3],
  [64, 2, 4],
  [96, 1, 3],
  [160, 2, 3],
  [320, 1, 1],
] as const;

/** MobileNetV2 1.0 for 224 x 224 on mirrors, where its sum is known; see the hub's catalog for its origin. */
const mirrored: PublishedFile = {
  key: 'mobilenet_v2_1.0_224/model.safetensors',
  urls: [],
  size: 14180664,
  sha256: '069b2a43fea30d88812803b02c7e7994d81a0243f76db6f27299d1915b9e8991',
};

/**
 * MobileNetV2, inverted residuals with linear bottlenecks: Sandler et al. 2018, https://arxiv.org/abs/1801.04381. Images as its
 * `preprocessInput` makes them.
 * @example const base = await MobileNetV2({ includeTop: false, pooling: 'avg', inputShape: [224, 224, 3] });
 */
export const MobileNetV2 = application<MobileNetV2Options>({
  title: 'MobileNetV2',
  weightSizes: [96, 128, 160, 192, 224],
  name: ({ alpha = 1 }, rows) => `mobilenetv2_${alpha.toFixed(2)}_${rows}`,
  build(images, options) {
    const { includeTop, pooling, classes, classifierActivation, alpha = 1 } = options;
    let x = conv2d(divisible(32 * alpha), 3, {
      strides: 2,
      padding: 'same',
      useBias: false,
      name: 'Conv1',
    }).apply(images);
    x = rectified(normalized(x, 'bn_Conv1'), 'Conv1_relu');
    let number = 0;
    for (const [filters, strides, blocks] of stages) {
      for (let i = 0; i < blocks; i++) {
        x = block(x, number++, divisible(Math.trunc(filters * alpha)), i === 0 ? strides : 1);
      }
    }
    // Wider networks have more features, narrower ones no fewer.
    const features = alpha > 1 ? divisible(1280 * alpha) : 1280;
    x = conv2d(features, 1, { useBias: false, name: 'Conv_1' }).apply(x);
    x = rectified(normalized(x, 'Conv_1_bn'), 'out_relu');
    if (!includeTop) return pooled(x, pooling);
    x = globalAveragePooling2d({ name: 'global_average_pooling2d' }).apply(x);
    return dense(classes, { activation: classifierActivation, name: 'predictions' }).apply(x);
  },
  published({ alpha = 1, includeTop }, size) {
    if (![0.35, 0.5, 0.75, 1, 1.3, 1.4].includes(alpha)) {
      throw new ValueError(
        `MobileNetV2: there are weights for alpha 0.35, 0.5, 0.75, 1, 1.3 and 1.4, received ${alpha}; ` +
          'pass weights: null',
      );
    }
    if (alpha === 1 && size === 224) return mirrored;
    const file = `mobilenet_v2_weights_tf_dim_ordering_tf_kernels_${pythonFloat(alpha)}_${size}`;
    return kerasFile('mobilenet_v2', `${file}${includeTop ? '' : '_no_top'}.h5`, {});
  },
});

const pythonFloat = (n: number): string => (Number.isInteger(n) ? n.toFixed(1) : String(n));

/** The nearest multiple of 8, but at least 8 and no less than 0.9 of the number. */
function divisible(n: number): number {
  const near = Math.max(8, Math.floor((n + 4) / 8) * 8);
  return near < 0.9 * n ? near + 8 : near;
}

const normalized = (x: KerasTensor, name: string): KerasTensor =>
  batchNormalization({ epsilon: 1e-3, momentum: 0.999, name }).apply(x);

const rectified = (x: KerasTensor, name: string): KerasTensor => relu(6, { name }).apply(x);

/** One point more below and right, where the image's side is even: then windows are centred as for odd sides. */
const paddingOf = (side: number | null): [number, number] =>
  side === null || side % 2 === 0 ? [0, 1] : [1, 1];

function block(input: KerasTensor, number: number, filters: number, strides: number): KerasTensor {
  const prefix = number === 0 ? 'expanded_conv_' : `block_${number}_`;
  const channels = input.shape.at(-1) as number;
  let x = input;
  if (number > 0) {
    const options = { padding: 'same', useBias: false, name: `${prefix}expand` } as const;
    x = conv2d(6 * channels, 1, options).apply(x);
    x = rectified(normalized(x, `${prefix}expand_BN`), `${prefix}expand_relu`);
  }
  if (strides === 2) {
    const [, height, width] = x.shape;
    const padding = [paddingOf(height), paddingOf(width)];
    x = zeroPadding2d(padding, { name: `${prefix}pad` }).apply(x);
  }
  x = depthwiseConv2d(3, {
    strides,
    padding: strides === 1 ? 'same' : 'valid',
    useBias: false,
    name: `${prefix}depthwise`,
  }).apply(x);
  x = rectified(normalized(x, `${prefix}depthwise_BN`), `${prefix}depthwise_relu`);
  const options = { padding: 'same', useBias: false, name: `${prefix}project` } as const;
  x = normalized(conv2d(filters, 1, options).apply(x), `${prefix}project_BN`);
  if (channels !== filters || strides !== 1) return x;
  return add({ name: `${prefix}add` }).apply([input, x]);
}

export { decodePredictions } from './decode-predictions.ts';
export { preprocessTf as preprocessInput } from './preprocess-input.ts';
