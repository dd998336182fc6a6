import {
  activation,
  concatenate,
  conv2d,
  dropout,
  globalAveragePooling2d,
  type KerasTensor,
  maxPooling2d,
  zeroPadding2d,
} from '../layers/index.ts';
import { type ApplicationOptions, application, pooled } from './application.ts';
import type { PublishedFile } from './published-file.ts';

const mirrored: PublishedFile = {
  key: 'squeezenet_1_0/model.safetensors',
  urls: [],
  size: 4998376,
  sha256: '067317f8e11fb5b8c6c6f45569a180dc2bd6d62ecff190502bcb2a608f570303',
};

/**
 * SqueezeNet 1.0, whose fire modules squeeze channels before they expand them: Iandola et al. 2016,
 * https://arxiv.org/abs/1602.07360. Images of 227 x 227 as its `preprocessInput` makes them. As in the authors' network the
 * last convolution has a ReLU and a border of one point, so that logits are never negative.
 * @example const model = await SqueezeNet();
 */
export const SqueezeNet = application<ApplicationOptions>({
  title: 'SqueezeNet',
  defaultSize: 227,
  name: () => 'squeezenet_1_0',
  build(images, { includeTop, pooling, classes, classifierActivation }) {
    let x = conv2d(96, 7, { strides: 2, activation: 'relu', name: 'conv1' }).apply(images);
    x = pool(x, 'pool1');
    x = fire(x, 2, 16, 64);
    x = fire(x, 3, 16, 64);
    x = fire(x, 4, 32, 128);
    x = pool(x, 'pool4');
    x = fire(x, 5, 32, 128);
    x = fire(x, 6, 48, 192);
    x = fire(x, 7, 48, 192);
    x = fire(x, 8, 64, 256);
    x = pool(x, 'pool8');
    x = fire(x, 9, 64, 256);
    if (!includeTop) return pooled(x, pooling);
    x = dropout(0.5, { name: 'drop9' }).apply(x);
    x = zeroPadding2d(1, { name: 'pad_final' }).apply(x);
    x = conv2d(classes, 1, { activation: 'relu', name: 'conv_final' }).apply(x);
    x = globalAveragePooling2d({ name: 'pool_final' }).apply(x);
    return activation(classifierActivation, { name: 'prob' }).apply(x);
  },
  published: () => mirrored,
});

const pool = (x: KerasTensor, name: string): KerasTensor =>
  maxPooling2d(3, { strides: 2, name }).apply(x);

/** A 1x1 convolution to few channels, then 1x1 and 3x3 convolutions side by side. */
function fire(input: KerasTensor, number: number, squeeze: number, expand: number): KerasTensor {
  const convolved = (x: KerasTensor, filters: number, size: number, part: string): KerasTensor => {
    const options = { padding: size > 1 ? 'same' : 'valid', activation: 'relu' } as const;
    return conv2d(filters, size, { ...options, name: `fire${number}_${part}` }).apply(x);
  };
  const squeezed = convolved(input, squeeze, 1, 'conv1x1_1');
  return concatenate({ name: `fire${number}_concat` }).apply([
    convolved(squeezed, expand, 1, 'conv1x1_2'),
    convolved(squeezed, expand, 3, 'conv3x3_2'),
  ]);
}

export { decodePredictions } from './decode-predictions.ts';
export { preprocessSqueeze as preprocessInput } from './preprocess-input.ts';
