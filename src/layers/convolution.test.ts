import { describe, expect, test } from 'vitest';
import '../backends/index.ts';
import { checkLayer } from '../testing/index.ts';
import * as layers from './index.ts';

const cases: Record<string, [() => layers.Layer, Parameters<typeof checkLayer>[1]]> = {
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

describe('checkLayer', () => {
  test.each(Object.entries(cases))('%s', async (_, [make, options]) => {
    await expect(checkLayer(make, options)).resolves.toBeUndefined();
  });
});

describe('bad input', () => {
  test.each<[string, () => unknown, string]>([
    [
      'negative filters',
      () => layers.conv2d(-3, 3),
      'Conv2D: filters must be an integer >= 1, received -3',
    ],
    [
      'no kernel size',
      () => layers.conv2d({ filters: 3 } as never),
      'Conv2D: kernelSize must be given',
    ],
    [
      'padding',
      () => layers.conv2d(3, 3, { padding: 'full' as never }),
      "must be 'valid' or 'same', received 'full'",
    ],
    [
      'misspelt options',
      () => layers.conv2d(3, 3, { kernel_initializer: 'zeros' } as never),
      "Conv2D: unknown option 'kernel_initializer'; did you mean 'kernelInitializer'?",
    ],
    [
      'an unknown activation',
      () => layers.dense(3, 'rellu'),
      "Dense: activation: unknown activation 'rellu'; known: ",
    ],
    [
      'groups that do not fit',
      () => layers.conv2d(4, 3, { groups: 3 }).build([null, 5, 5, 6]),
      'groups (3) must divide the input channels (6) and the filters (4)',
    ],
    [
      'a window larger than the image',
      () => layers.conv2d(1, 7).apply(layers.Input({ shape: [5, 5, 1] })),
      "a window of 7x7 does not fit into an input of shape [,5,5,1]; use padding 'same'",
    ],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(message);
  });

  test('names the layer, what it expects and what came', () => {
    const layer = layers.conv2d({ filters: 1, kernelSize: 3, name: 'first' });
    layer.build([null, 8, 8, 3]);
    expect(() => layer.apply(layers.Input({ shape: [8, 8, 1] }))).toThrow(
      'first: expects input with 3 elements along axis -1, received shape [, 8, 8, 1]',
    );
    expect(() => layer.apply(layers.Input({ shape: [8, 8] }))).toThrow(
      'first: expects input of rank 4',
    );
  });
});
