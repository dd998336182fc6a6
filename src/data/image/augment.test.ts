import { describe, expect, test } from 'vitest';
import { fromData, ones, random } from '../../ops/index.ts';
import { ShapeError, type Tensor, ValueError } from '../../tensor/index.ts';
import { Dataset } from '../dataset.ts';
import { cutout } from './cutout.ts';
import { mixup } from './mixup.ts';
import { randAugment } from './rand-augment.ts';

const images = (count = 4, size = 8): Tensor =>
  random.uniform([count, size, size, 3], { minval: 1, maxval: 255, seed: 5 });
const labels = fromData(Float32Array.of(1, 0, 0, 1, 1, 0, 0, 1), [4, 2]);
const numbers = (x: Tensor): number[] => Array.from(x.dataSync(), Number);

test('cutout covers a square around a point', async () => {
  const [x, y] = await cutout({ size: 4, seed: 1 })([ones([6, 9, 9, 1]), labels]);
  expect(y).toBe(labels);
  const covered = numbers(x.sum([1, 2, 3])).map((sum) => 81 - sum);
  for (const points of covered) {
    expect(points).toBeGreaterThanOrEqual(4); // where the point is in a corner
    expect(points).toBeLessThanOrEqual(16);
  }
  const [filled] = await cutout({ size: 100, fill: 7 })([ones([1, 3, 3, 3]), labels]);
  expect(new Set(numbers(filled))).toEqual(new Set([7]));
});

test('mixup mixes images and labels alike', async () => {
  const x = labels.reshape([4, 1, 1, 2]);
  const [mixed, mixedLabels] = await mixup({ alpha: 1, seed: 2 })([x, labels]);
  expect(numbers(mixed.reshape([4, 2]))).toEqual(numbers(mixedLabels));
  numbers(mixedLabels.sum(1)).forEach((sum) => {
    expect(sum).toBeCloseTo(1, 6);
  });
  const many = fromData(new Float32Array(400), [400, 1]);
  const mix = mixup({ alpha: 0.2, seed: 3 });
  const ends = ones([400, 1, 1, 1]).sub(many.add(0).reshape([400, 1, 1, 1]));
  const [same] = await mix([ends, many]);
  expect(numbers(same).every((value) => Math.abs(value - 1) < 1e-6)).toBe(true);
});

test('randAugment keeps shape and range and changes something', async () => {
  const x = images(32);
  const [changed] = await randAugment({ numOps: 3, magnitude: 1, seed: 4 })([x, labels]);
  expect(changed.shape).toEqual(x.shape);
  const values = numbers(changed);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThanOrEqual(255);
  expect(values).not.toEqual(numbers(x));
  const [still] = await randAugment({ magnitude: 0, numOps: 1, seed: 1 })([
    ones([8, 4, 4, 3]),
    labels,
  ]);
  expect(still.shape).toEqual([8, 4, 4, 3]);
});

describe('seeds', () => {
  test.each([
    ['cutout', () => cutout({ size: 3, seed: 9 }), () => cutout({ size: 3, seed: 10 })],
    ['mixup', () => mixup({ seed: 9 }), () => mixup({ seed: 10 })],
    ['randAugment', () => randAugment({ seed: 9 }), () => randAugment({ seed: 10 })],
  ])('%s: the same seed the same, but other numbers each time', async (_, make, other) => {
    const batch = [images(), labels] as const;
    const [first, second] = [make(), make()];
    const a = numbers((await first(batch))[0]);
    expect(numbers((await second(batch))[0])).toEqual(a);
    expect(numbers((await first(batch))[0])).not.toEqual(a);
    expect(numbers((await other()(batch))[0])).not.toEqual(a);
  });
});

test('as a step of a data set', async () => {
  const data = Dataset.fromTensorSlices([images(), labels] as const).batch(2);
  let batches = 0;
  for await (const [x, y] of data.map(mixup({ seed: 1 }))) {
    expect([x.shape, y.shape]).toEqual([
      [2, 8, 8, 3],
      [2, 2],
    ]);
    batches++;
  }
  expect(batches).toBe(2);
});

test('what does not fit', async () => {
  await expect(mixup()([images(), ones([4])])).rejects.toThrow(/one-hot labels \[4, classes\]/);
  await expect(cutout()([ones([4, 4]), labels])).rejects.toThrow(ShapeError);
  expect(() => cutout({ size: 0 })).toThrow(ValueError);
  expect(() => mixup({ alpha: 3 })).toThrow(/at most 2/);
  expect(() => randAugment({ magnitude: 2 })).toThrow(/from 0 to 1/);
  expect(() => randAugment({ seed: -1 })).toThrow(/seed must be a whole number/);
});
