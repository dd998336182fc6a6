import { describe, expect, test } from 'vitest';
import '../backends/index.ts';
import { gradients } from '../autograd/index.ts';
import { type Parameter, tensor } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import * as layers from './index.ts';

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

// Made with Keras 3.15.1: three steps on growing data, then inference.
test('BatchNormalization with renorm is that of Keras', () => {
  const layer = layers.batchNormalization({
    renorm: true,
    renormClipping: { rmax: 1.5, rmin: 0.5, dmax: 0.4 },
    momentum: 0.9,
    renormMomentum: 0.8,
  });
  const x = tensor(Array.from({ length: 15 }, (_, i) => Math.cos(i * 0.9) * 2 + 1)).reshape([5, 3]);
  layer.build([null, 3]);
  const [gamma, beta] = [layer.gamma, layer.beta] as Parameter[];
  gamma.assign([1.5, 0.5, 2]);
  beta.assign([0.1, -0.2, 0.3]);
  const firstRows = [
    [3.52435, 0.48157, -0.03329],
    [3.82292, 0.48164, -0.16981],
    [3.82303, 0.48165, -0.16986],
  ];
  const slopes = [
    [30.40144, 11.24586, 40.23889],
    [36.54542, 11.24896, 49.39372],
    [36.54796, 11.24954, 49.39722],
  ];
  const near = (values: Tensor, expected: readonly number[], digits: number): void =>
    expected.forEach((number, i) => {
      expect(values.dataSync()[i]).toBeCloseTo(number, digits);
    });
  firstRows.forEach((row, step) => {
    const y = layer.apply(x.mul(step + 1), { training: true });
    near(y, row, 4);
    near(gradients([y.square().sum()], [gamma])[0] as Tensor, slopes[step], 3);
  });
  const statistics = layer.nonTrainableWeights;
  expect(statistics.map(({ name }) => name)).toEqual([
    'moving_mean',
    'moving_variance',
    'moving_stddev',
    'renorm_mean',
    'renorm_stddev',
  ]);
  near(layer.movingMean, [0.62669, 0.66449, 0.62397], 4);
  near(layer.movingVariance, [2.21927, 2.7344, 2.1895], 4);
  near(statistics[2], [1.49006, 1.6539, 1.48003], 4);
  near(statistics[3], [1.17072, 1.24133, 1.16563], 4);
  near(statistics[4], [1.93371, 2.2398, 1.91499], 4);
  near(layer.apply(x), [2.48915, 0.27727, 0.1941], 4);
});

test('bounds of renorm that are none are refused', () => {
  const make = () =>
    layers.batchNormalization({ renorm: true, renormClipping: { rmin: 2, rmax: 1 } });
  expect(make).toThrow('BatchNormalization: renormClipping must be { rmin, rmax, dmax }');
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
