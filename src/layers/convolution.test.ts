import { describe, expect, test } from 'vitest';
import '../backends/index.ts';
import * as layers from './index.ts';

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
      "Dense: activation: unknown activation 'rellu' (did you mean 'relu'?); known: ",
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
