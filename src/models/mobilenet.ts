import {
  activation,
  batchNormalization,
  conv2d,
  depthwiseConv2d,
  dropout,
  globalAveragePooling2d,
  type KerasTensor,
  relu,
  reshape,
  zeroPadding2d,
} from '../layers/index.ts';
import { ValueError } from '../tensor/index.ts';
import { type ApplicationOptions, application, pooled } from './application.ts';
import { kerasFile } from './published-file.ts';

/** Options of {@link MobileNet}. */
export interface MobileNetOptions extends ApplicationOptions {
  /** Multiplies the number of filters of every layer. Default 1. */
  readonly alpha?: number;
  /** Filters of the depthwise convolutions for each channel. Default 1. */
  readonly depthMultiplier?: number;
  /** Share of features that training leaves out before the classes. Default 0.001. */
  readonly dropout?: number;
}

/** Filters and strides of the thirteen blocks. */
const blocks = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
] as const;

/** What Keras' files call the multipliers. */
const alphaNames = new Map([
  [1, '1_0'],
  [0.75, '7_5'],
  [0.5, '5_0'],
  [0.25, '2_5'],
]);

/**
 * MobileNet, a network of depthwise convolutions for small machines: Howard et al. 2017, https://arxiv.org/abs/1704.04861. Images
 * as its `preprocessInput` makes them.
 * @example const model = MobileNet({ weights: null, alpha: 0.25, inputShape: [128, 128, 3] });
 */
export const MobileNet = application<MobileNetOptions>({
  title: 'MobileNet',
  weightSizes: [128, 160, 192, 224],
  name: ({ alpha = 1 }, rows) => `mobilenet_${alpha.toFixed(2)}_${rows}`,
  build(images, options) {
    const { includeTop, pooling, classes, classifierActivation } = options;
    const { alpha = 1, depthMultiplier = 1, dropout: rate = 0.001 } = options;
    const filtersOf = (filters: number): number => Math.trunc(filters * alpha);
    let x = conv2d(filtersOf(32), 3, {
      strides: 2,
      padding: 'same',
      useBias: false,
      name: 'conv1',
    }).apply(images);
    x = normalized(x, 'conv1');
    for (const [i, [filters, strides]] of blocks.entries()) {
      x = block(x, i + 1, filtersOf(filters), strides, depthMultiplier);
    }
    if (!includeTop) return pooled(x, pooling);
    x = globalAveragePooling2d({ keepdims: true, name: 'global_average_pooling2d' }).apply(x);
    x = dropout(rate, { name: 'dropout' }).apply(x);
    x = conv2d(classes, 1, { padding: 'same', name: 'conv_preds' }).apply(x);
    x = reshape([classes], { name: 'reshape_2' }).apply(x);
    return activation(classifierActivation, { name: 'predictions' }).apply(x);
  },
  published({ alpha = 1, depthMultiplier = 1, includeTop }, size) {
    const named = alphaNames.get(alpha);
    if (!named || depthMultiplier !== 1) {
      throw new ValueError(
        'MobileNet: there are weights for alpha 0.25, 0.5, 0.75 and 1 with depthMultiplier 1, ' +
          `received alpha ${alpha}, depthMultiplier ${depthMultiplier}; pass weights: null`,
      );
    }
    const file = `mobilenet_${named}_${size}_tf${includeTop ? '' : '_no_top'}.h5`;
    return kerasFile('mobilenet', file, {});
  },
});

const normalized = (x: KerasTensor, name: string): KerasTensor =>
  relu(6, { name: `${name}_relu` }).apply(batchNormalization({ name: `${name}_bn` }).apply(x));

function block(
  input: KerasTensor,
  number: number,
  filters: number,
  strides: number,
  depthMultiplier: number,
): KerasTensor {
  const depthwise = `conv_dw_${number}`;
  const pointwise = `conv_pw_${number}`;
  const padding = [
    [0, 1],
    [0, 1],
  ] as const;
  let x = input;
  if (strides > 1) x = zeroPadding2d(padding, { name: `conv_pad_${number}` }).apply(x);
  x = depthwiseConv2d(3, {
    padding: strides > 1 ? 'valid' : 'same',
    strides,
    depthMultiplier,
    useBias: false,
    name: depthwise,
  }).apply(x);
  x = normalized(x, depthwise);
  x = conv2d(filters, 1, { padding: 'same', useBias: false, name: pointwise }).apply(x);
  return normalized(x, pointwise);
}

export { decodePredictions } from './decode-predictions.ts';
export { preprocessTf as preprocessInput } from './preprocess-input.ts';
