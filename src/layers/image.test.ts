import { describe, expect, test } from 'vitest';
import '../backends/index.ts';
import { arange, full, random, reshape, tensor } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import * as layers from './index.ts';

const image = reshape(arange(12, undefined, 1, { dtype: 'float32' }), [1, 3, 4, 1]);
const rows = (x: Tensor) => x.squeeze([0, 3]).toArray() as number[][];
const train = (layer: layers.Layer, x: Tensor = image) => layer.apply(x, { training: true });

describe('in training', () => {
  test('flips are mirror images', () => {
    const x = random.uniform([40, 2, 3, 1], { seed: 1 });
    const y = train(layers.randomFlip('vertical', { seed: 1 }), x).toArray() as number[][][][];
    const before = x.toArray() as number[][][][];
    const flipped = y.filter(
      (one, i) => JSON.stringify(one) === JSON.stringify(before[i].toReversed()),
    );
    const same = y.filter((one, i) => JSON.stringify(one) === JSON.stringify(before[i]));
    expect(flipped.length + same.length).toBe(40);
    expect(flipped.length).toBeGreaterThan(5);
    expect(same.length).toBeGreaterThan(5);
  });

  test('a half turn turns pixels round', () => {
    const y = train(layers.randomRotation([0.5, 0.5], { fillMode: 'nearest' }));
    rows(y).forEach((row, i) => {
      row.forEach((value, j) => {
        expect(value).toBeCloseTo(11 - 4 * i - j, 3);
      });
    });
  });

  test('translations by whole pixels move them, and the fill mode says what comes in', () => {
    const move = (fillMode: 'constant' | 'wrap' | 'nearest' | 'reflect') =>
      rows(train(layers.randomTranslation([0, 0], [0.25, 0.25], { fillMode, fillValue: -1 })))[0];
    expect(move('constant')).toEqual([-1, 0, 1, 2]);
    expect(move('wrap')).toEqual([3, 0, 1, 2]);
    expect(move('nearest')).toEqual([0, 0, 1, 2]);
    expect(move('reflect')).toEqual([0, 0, 1, 2]);
  });

  test('crops are parts of the image', () => {
    const y = rows(train(layers.randomCrop(2, 3)));
    const [[first]] = y;
    expect(y).toEqual([0, 1].map((i) => [0, 1, 2].map((j) => first + 4 * i + j)));
    expect(first % 4).toBeLessThan(2);
  });

  test('brightness and contrast stay in the range', () => {
    const x = full([2, 2, 2, 3], 250);
    const brighter = train(layers.randomBrightness([0.5, 0.5]), x).dataSync();
    expect(brighter.every((v) => v === 255)).toBe(true);
    const contrast = train(layers.randomContrast([0, 0]), image);
    expect(contrast.sub(image).abs().max().item()).toBeLessThan(1e-5);
  });

  test('inverting twice gives the image', () => {
    const layer = layers.randomInvert(1);
    expect(train(layer, train(layer)).toArray()).toEqual(image.toArray());
  });

  test('erasing covers a rectangle', () => {
    const y = train(
      layers.randomErasing({ scale: [0.5, 0.5], fillValue: -9 }),
      full([1, 8, 8, 1], 1),
    );
    const covered = [...y.dataSync()].filter((v) => v === -9).length;
    expect(covered).toBeGreaterThanOrEqual(9);
    expect(covered).toBeLessThanOrEqual(25);
  });

  test('solarization inverts bright pixels', () => {
    const y = train(
      layers.solarization({ thresholdFactor: [0.5, 0.5], valueRange: [0, 10] }),
      tensor([[[[2], [8]]]]),
    );
    expect(y.toArray()).toEqual([[[[2], [2]]]]);
  });
});

test('one image without a batch', () => {
  expect(layers.centerCrop(1, 2).apply(image.squeeze(0)).toArray()).toEqual([[[5], [6]]]);
});

test('cropping everything away is refused', () => {
  expect(() => layers.cropping2d({ cropping: 2, name: 'crop' }).apply(image)).toThrow(
    'crop: cropping [2,2] leaves nothing of an axis of 3 cells',
  );
});
