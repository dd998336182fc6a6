import * as layers from '../../src/layers/index.ts';
import type { LayerCases } from './layer-case.ts';

export const convolution: LayerCases = {
  conv1d: [() => layers.conv1d(3, 3, { padding: 'causal', strides: 2 }), { inputShape: [2, 7, 2] }],
  conv2d: [
    () => layers.conv2d(4, [2, 3], { padding: 'same', strides: 2, activation: 'tanh' }),
    { inputShape: [2, 5, 6, 2] },
  ],
  'conv2d in groups, dilated, channels first': [
    () => layers.conv2d(4, 2, { groups: 2, dilationRate: 2, dataFormat: 'channels_first' }),
    { inputShape: [2, 4, 5, 5] },
  ],
  conv3d: [() => layers.conv3d(2, 2), { inputShape: [1, 3, 4, 3, 2] }],
  conv1dTranspose: [
    () => layers.conv1dTranspose(2, 3, { strides: 2, padding: 'same' }),
    { inputShape: [2, 4, 3] },
  ],
  conv2dTranspose: [
    () => layers.conv2dTranspose(2, 3, { strides: 2, outputPadding: 1 }),
    { inputShape: [1, 3, 4, 2] },
  ],
  'conv2dTranspose, dilated': [
    () => layers.conv2dTranspose(2, 3, { dilationRate: 2 }),
    { inputShape: [1, 3, 4, 2] },
  ],
  conv3dTranspose: [
    () => layers.conv3dTranspose(1, 2, { strides: 2 }),
    { inputShape: [1, 2, 2, 3, 2] },
  ],
  depthwiseConv1d: [
    () => layers.depthwiseConv1d(3, { depthMultiplier: 2 }),
    { inputShape: [2, 6, 2] },
  ],
  depthwiseConv2d: [
    () => layers.depthwiseConv2d(3, { strides: 2, padding: 'same', depthMultiplier: 2 }),
    { inputShape: [1, 5, 6, 2] },
  ],
  'depthwiseConv2d, channels first': [
    () => layers.depthwiseConv2d(2, { dataFormat: 'channels_first' }),
    { inputShape: [1, 2, 4, 5] },
  ],
  separableConv1d: [
    () => layers.separableConv1d(3, 3, { padding: 'same' }),
    { inputShape: [2, 5, 2] },
  ],
  separableConv2d: [
    () => layers.separableConv2d(3, 3, { depthMultiplier: 2, activation: 'sigmoid' }),
    { inputShape: [1, 4, 5, 2] },
  ],
  maxPooling1d: [() => layers.maxPooling1d(3, 2, { padding: 'same' }), { inputShape: [2, 7, 3] }],
  maxPooling2d: [() => layers.maxPooling2d([2, 3]), { inputShape: [2, 5, 6, 3] }],
  maxPooling3d: [() => layers.maxPooling3d(2), { inputShape: [1, 4, 4, 5, 2] }],
  averagePooling1d: [() => layers.averagePooling1d(2), { inputShape: [2, 7, 3] }],
  averagePooling2d: [
    () => layers.averagePooling2d(3, 2, { padding: 'same', dataFormat: 'channels_first' }),
    { inputShape: [2, 3, 5, 6] },
  ],
  averagePooling3d: [() => layers.averagePooling3d(2), { inputShape: [1, 4, 4, 5, 2] }],
  globalMaxPooling1d: [() => layers.globalMaxPooling1d(), { inputShape: [2, 5, 3] }],
  globalMaxPooling2d: [
    () => layers.globalMaxPooling2d({ keepdims: true }),
    { inputShape: [2, 3, 4, 3] },
  ],
  globalMaxPooling3d: [() => layers.globalMaxPooling3d(), { inputShape: [2, 2, 3, 2, 2] }],
  globalAveragePooling1d: [() => layers.globalAveragePooling1d(), { inputShape: [2, 5, 3] }],
  globalAveragePooling2d: [
    () => layers.globalAveragePooling2d({ dataFormat: 'channels_first' }),
    { inputShape: [2, 3, 4, 3] },
  ],
  globalAveragePooling3d: [() => layers.globalAveragePooling3d(), { inputShape: [2, 2, 3, 2, 2] }],
  adaptiveAveragePooling1d: [() => layers.adaptiveAveragePooling1d(3), { inputShape: [2, 7, 2] }],
  adaptiveAveragePooling2d: [
    () => layers.adaptiveAveragePooling2d([2, 3]),
    { inputShape: [2, 5, 7, 2] },
  ],
  adaptiveAveragePooling3d: [
    () => layers.adaptiveAveragePooling3d(2),
    { inputShape: [1, 3, 4, 5, 2] },
  ],
  adaptiveMaxPooling1d: [() => layers.adaptiveMaxPooling1d(3), { inputShape: [2, 7, 2] }],
  adaptiveMaxPooling2d: [() => layers.adaptiveMaxPooling2d([2, 3]), { inputShape: [2, 5, 7, 2] }],
  adaptiveMaxPooling3d: [() => layers.adaptiveMaxPooling3d(2), { inputShape: [1, 3, 4, 5, 2] }],
};
