import { expect, test } from 'vitest';
import { crop, extreme, greyImage, resample, thicken } from './grey-image.ts';

const noise = (width: number, height: number) =>
  greyImage(width, height, (_x, _y, i) => ((i * 7919) % 101) / 100);

test.each([
  [7, 5],
  [40, 3],
  [20, 20],
])('an even image stays even when it is scaled to %d x %d', (width, height) => {
  const { data, ...size } = resample(
    greyImage(20, 11, () => 0.25),
    width,
    height,
  );
  expect(size).toEqual({ width, height });
  for (const value of data) expect(value).toBeCloseTo(0.25, 6);
});

test('the same size is the same image', () => {
  const image = noise(9, 6);
  resample(image, 9, 6).data.forEach((value, i) => {
    expect(value).toBeCloseTo(image.data[i], 6);
  });
});

test('making an image smaller keeps thin lines, fainter', () => {
  const line = greyImage(100, 100, (x) => (x === 50 ? 1 : 0));
  const { data } = resample(line, 10, 10);
  const row = data.slice(0, 10);
  expect(row.reduce((a, b) => a + b)).toBeCloseTo(0.1, 2);
  expect(Math.max(...row)).toBeGreaterThan(0.04);
});

test.each(['max', 'min'] as const)('the %s of a square is that of all its points', (pick) => {
  const image = noise(13, 8);
  for (const reach of [0, 1, 3, 20]) {
    const expected = greyImage(13, 8, (x, y) => {
      const [left, top] = [Math.max(0, x - reach), Math.max(0, y - reach)];
      const [right, bottom] = [Math.min(12, x + reach), Math.min(7, y + reach)];
      const part = crop(image, [left, top, right - left + 1, bottom - top + 1]);
      return Math[pick](...part.data);
    });
    expect(extreme(image, reach, pick)).toEqual(expected);
  }
});

test('a point becomes a disc', () => {
  const point = greyImage(11, 11, (x, y) => (x === 5 && y === 5 ? 0.8 : 0));
  const disc = thicken(point, 2.5);
  expect(disc.data.filter((value) => value > 0)).toHaveLength(21);
  expect(Math.max(...disc.data)).toBeCloseTo(0.8, 6);
});
