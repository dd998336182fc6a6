import { describe, expect, test } from 'vitest';
import { sha256 } from '#platform';
import { ValueError } from '../../tensor/index.ts';
import { aspectBox, centerCropImage, cropImage } from './crop-image.ts';
import type { RasterImage } from './raster-image.ts';
import { kerasValues, pillowSums } from './resize.golden.ts';
import { resizeImage } from './resize-image.ts';

/** The image of tools/image-resize.py. */
function image(height: number, width: number): RasterImage<Uint8Array> {
  const data = new Uint8Array(height * width * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) data[i++] = (7 * x + 13 * y + 29 * c + ((x * y) >> 2)) % 256;
    }
  }
  return { width, height, channels: 3, data };
}

test.each([...pillowSums])(
  '%s from %j to %j, bit for bit as Pillow',
  async (method, from, to, sum) => {
    const made = resizeImage(image(from[0], from[1]), to, {
      interpolation: method,
      antialias: true,
    });
    expect([made.height, made.width]).toEqual(to);
    expect(await sha256(made.data as Uint8Array)).toBe(sum);
  },
);

test.each([...kerasValues])('%s from %j to %j, as Keras', (method, from, to, values) => {
  const { data } = resizeImage(image(from[0], from[1]), to, { interpolation: method });
  values.forEach((value, i) => {
    expect(Math.abs(data[3 * i] - value)).toBeLessThan(0.006);
  });
});

test('the same size is the same image', () => {
  const { data } = image(9, 7);
  for (const interpolation of ['nearest', 'bilinear', 'area', 'lanczos3'] as const) {
    const same = resizeImage(image(9, 7), [9, 7], { interpolation });
    expect(Array.from(same.data, (value) => Math.round(value))).toEqual(Array.from(data));
  }
});

describe('what cannot be', () => {
  test.each([
    [[0, 5], 'bilinear', /sides must be whole numbers >= 1/],
    [[4, 2.5], 'bilinear', /received 2.5/],
    [[4, 4], 'best', /interpolation must be one of nearest, bilinear/],
  ] as const)('%j by %s', (size, interpolation, message) => {
    const resize = () => resizeImage(image(4, 4), size, { interpolation: interpolation as 'area' });
    expect(resize).toThrow(ValueError);
    expect(resize).toThrow(message);
  });

  test('a crop outside', () => {
    const crop = () => cropImage(image(4, 5), { left: 3, top: 0, width: 3, height: 1 });
    expect(crop).toThrow(/do not lie in an image of 5 x 4/);
  });
});

test('crops', () => {
  const picture = image(6, 9);
  const { width, height, data } = centerCropImage(picture, [3, 4]);
  expect([width, height]).toEqual([4, 3]);
  expect(data[0]).toBe(picture.data[(1 * 9 + 2) * 3]);
  expect(centerCropImage(picture, [20, 2]).height).toBe(6);
  // Keras' smart_resize cuts 6 x 9 to the proportions of 1 : 1.
  expect(aspectBox(picture, [100, 100])).toEqual({ left: 1, top: 0, width: 6, height: 6 });
  expect(aspectBox(picture, [50, 100])).toEqual({ left: 0, top: 1, width: 9, height: 4 });
});
