import { describe, expect, test } from 'vitest';
import '../backends/index.ts';
import { tensor } from '../ops/index.ts';
import { checkLayer } from '../testing/index.ts';
import * as layers from './index.ts';

const cases: Record<string, [() => layers.Layer, Parameters<typeof checkLayer>[1]]> = {
  batchNormalization: [() => layers.batchNormalization(), { inputShape: [4, 3] }],
  'batchNormalization of images, channels first': [
    () => layers.batchNormalization(1),
    { inputShape: [3, 2, 3, 4] },
  ],
  'batchNormalization in training': [
    () => layers.batchNormalization({ momentum: 0.5 }),
    { inputShape: [4, 3], call: { training: true }, save: false },
  ],
  layerNormalization: [() => layers.layerNormalization(), { inputShape: [3, 4] }],
  'layerNormalization over axes': [
    () => layers.layerNormalization([1, 2], 1e-5),
    { inputShape: [2, 3, 4] },
  ],
  'layerNormalization by root mean square': [
    () => layers.layerNormalization({ rmsScaling: true }),
    { inputShape: [3, 4] },
  ],
  groupNormalization: [() => layers.groupNormalization(2), { inputShape: [2, 3, 3, 4] }],
  unitNormalization: [() => layers.unitNormalization(), { inputShape: [2, 3] }],
  rmsNormalization: [() => layers.rmsNormalization(), { inputShape: [2, 3] }],
  spectralNormalization: [
    () => layers.spectralNormalization(layers.dense({ units: 3, name: 'inner' })),
    { inputShape: [2, 4], fit: false },
  ],
};

describe('checkLayer', () => {
  test.each(Object.entries(cases))('%s', async (_, [make, options]) => {
    await expect(checkLayer(make, options)).resolves.toBeUndefined();
  });
});

describe('BatchNormalization', () => {
  const x = tensor([
    [1, 10],
    [3, 30],
  ]);

  test('moves its averages in training only', () => {
    const layer = layers.batchNormalization({ momentum: 0.9 });
    layer.apply(x);
    expect(layer.movingMean.toArray()).toEqual([0, 0]);
    layer.apply(x, { training: true });
    expect([...layer.movingMean.dataSync()]).toEqual([Math.fround(0.2), 2]);
    expect(layer.movingVariance.dataSync()[0]).toBeCloseTo(0.9 + 0.1, 6);
  });

  test('uses its averages when it is frozen', () => {
    const layer = layers.batchNormalization();
    layer.trainable = false;
    const y = layer.apply(x, { training: true });
    expect(layer.movingMean.toArray()).toEqual([0, 0]);
    expect(y.dataSync()[0]).toBeCloseTo(1 / Math.sqrt(1.001), 6);
    expect(layer.trainableWeights).toEqual([]);
    expect(layer.nonTrainableWeights).toHaveLength(4);
  });
});

test('Normalization learns from data', () => {
  const layer = layers.normalization();
  layer.adapt(
    tensor([
      [1, 2],
      [3, 6],
    ]),
  );
  expect(layer.apply(tensor([[2, 6]])).toArray()).toEqual([[0, 1]]);
  const batches = layers.normalization();
  batches.adapt([tensor([[1, 2]]), tensor([[3, 6]])]);
  expect(batches.getWeights().map((w) => w.toArray())).toEqual([[2, 4], [1, 4], 0]);
});

test('SpectralNormalization brings the largest singular value to 1', () => {
  const layer = layers.spectralNormalization(layers.dense(2, { useBias: false }), 30);
  layer.build([null, 2]);
  layer.kernel.assign([
    [3, 0],
    [0, 1],
  ]);
  layer.vectorU.assign([[1, 1]]);
  layer.apply(tensor([[1, 1]]), { training: true });
  expect(layer.kernel.dataSync()[0]).toBeCloseTo(1, 5);
  expect(layer.kernel.dataSync()[3]).toBeCloseTo(1 / 3, 5);
});
