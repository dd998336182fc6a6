import { describe, expect, test } from 'vitest';
import { setSeed } from '../../../ops/index.ts';
import * as paddle from '../../index.ts';
import type { Tensor } from '../../tensor.ts';
import { MNIST } from '../datasets/index.ts';
import * as T from './index.ts';

const image = (height: number, width: number, channels = 3): T.ImageArray => ({
  dtype: 'uint8',
  shape: [height, width, channels],
  data: Uint8Array.from({ length: height * width * channels }, (_, i) => (i * 7) % 256),
});
const listOf = ({ data }: { data: ArrayLike<number> }): number[] => Array.from(data);
const grey = (...rows: number[][]): T.ImageArray => ({
  dtype: 'uint8',
  shape: [rows.length, rows[0].length],
  data: Uint8Array.from(rows.flat()),
});

describe('transforms', () => {
  test('ToTensor puts channels first and bytes between 0 and 1', () => {
    const tensor = new T.ToTensor().call(image(2, 3));
    expect(tensor).toMatchObject({ dtype: 'float32', shape: [3, 2, 3] });
    expect(tensor.numpy()[1]).toBeCloseTo(21 / 255, 6);
    expect(new T.ToTensor('HWC').call(image(2, 3)).shape).toEqual([2, 3, 3]);
    const floats = { ...grey([1, 2]), dtype: 'float32', data: Float32Array.of(1, 2) } as const;
    expect(Array.from(T.toTensor(floats).numpy())).toEqual([1, 2]);
  });

  test('Normalize works on arrays and tensors, channels first or last', () => {
    const one = new T.Normalize([127.5], [127.5]).call(grey([0, 255], [51, 102]));
    expect(one).toMatchObject({ dtype: 'float32', shape: [1, 2, 2] });
    expect(listOf(one)[1]).toBe(1);
    const last = new T.Normalize([0, 1, 2], [1, 2, 4], { dataFormat: 'HWC' }).call(image(1, 2));
    expect(listOf(last)).toEqual([0, 3, 3, 21, 13.5, 8.25]);
    const tensor = new T.Normalize(0.5, 0.5).call(new T.ToTensor().call(image(2, 2)));
    expect((tensor as Tensor).numpy()[0]).toBe(-1);
    expect(() => new T.Normalize([1, 2], [1, 2]).call(image(4, 2))).toThrow('does not fit 2 means');
  });

  test('Transpose exchanges axes', () => {
    const turned = new T.Transpose().call(image(2, 3));
    expect(turned.shape).toEqual([3, 2, 3]);
    expect(listOf(turned).slice(0, 3)).toEqual([0, 21, 42]);
  });

  test('Resize keeps constants, corners and proportions', () => {
    const flat = T.resize(grey([9, 9, 9], [9, 9, 9]), [5, 4]);
    expect(new Set(listOf(flat))).toEqual(new Set([9]));
    expect(listOf(T.resize(grey([0, 100]), [1, 4]))).toEqual([0, 25, 75, 100]);
    expect(listOf(T.resize(grey([0, 100]), [1, 4], 'nearest'))).toEqual([0, 0, 100, 100]);
    expect(new T.Resize(10).call(image(20, 40)).shape).toEqual([10, 20, 3]);
    expect(() => T.resize(image(2, 2), 0)).toThrow('whole numbers > 0');
  });

  test('crops, flips and pads', () => {
    const square = grey([1, 2, 3], [4, 5, 6], [7, 8, 9]);
    expect(listOf(T.centerCrop(square, 1))).toEqual([5]);
    expect(listOf(T.hflip(square)).slice(0, 3)).toEqual([3, 2, 1]);
    expect(listOf(T.vflip(square)).slice(0, 3)).toEqual([7, 8, 9]);
    expect(listOf(T.pad(grey([5]), [1, 0, 2, 1], 7))).toEqual([7, 5, 7, 7, 7, 7, 7, 7]);
    expect(() => T.crop(square, 1, 1, 3, 1)).toThrow('does not lie in an image of 3 x 3');
    expect(() => T.hflip({ ...square, shape: [9] })).toThrow('expected an image');
  });

  test('colours', () => {
    const rgb: T.ImageArray = { dtype: 'uint8', shape: [1, 1, 3], data: Uint8Array.of(255, 0, 0) };
    expect(listOf(new T.Grayscale().call(rgb))).toEqual([76]);
    expect(new T.Grayscale(3).call(rgb).shape).toEqual([1, 1, 3]);
    expect(listOf(T.adjustBrightness(grey([100, 200]), 1.5))).toEqual([150, 255]);
    expect(listOf(T.adjustContrast(grey([100, 200]), 0.5))).toEqual([125, 175]);
  });

  test('chance follows the seed', () => {
    const run = (): unknown[] => {
      setSeed(3);
      const steps = [
        ...[new T.RandomCrop(4, 2), new T.RandomHorizontalFlip(), new T.RandomVerticalFlip(0.3)],
        ...[new T.BrightnessTransform(0.4), new T.ContrastTransform(0.4)],
      ];
      return Array.from({ length: 6 }, () => listOf(new T.Compose(steps).call(image(6, 6))));
    };
    const first = run();
    expect(run()).toEqual(first);
    expect(new Set(first.map(String)).size).toBeGreaterThan(3);
    expect(() => new T.RandomHorizontalFlip(2)).toThrow('from 0 to 1');
  });
});

test('MNIST gives images and labels, and a loader batches of them', async () => {
  const transform = new T.Normalize([127.5], [127.5], { dataFormat: 'CHW' });
  const digits = await MNIST.load({ mode: 'test', transform });
  expect(digits.length).toBe(10_000);
  const loader = new paddle.io.DataLoader(digits, { batchSize: 4 });
  for (const [images, labels] of loader) {
    expect(images).toMatchObject({ dtype: 'float32', shape: [4, 1, 28, 28] });
    expect(labels).toMatchObject({ dtype: 'int64', shape: [4, 1] });
    expect(Array.from(labels.numpy())).toEqual([7, 2, 1, 0]);
    break;
  }
  const [plain] = (await MNIST.load({ mode: 'test' })).getItem(0);
  expect(plain).toMatchObject({ dtype: 'float32', shape: [28, 28] });
  await expect(MNIST.load({ mode: 'valid' as never })).rejects.toThrow("'train' or 'test'");
});
