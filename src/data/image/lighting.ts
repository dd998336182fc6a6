import { extreme, type GreyImage, greyImage } from './grey-image.ts';

/** Sums over all rectangles from the upper left corner on, with a row and a column of zeros in front. */
function summedArea({ width, height, data }: GreyImage): Float64Array {
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += data[y * width + x];
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row;
    }
  }
  return sums;
}

/**
 * Whether the image is dark on light. Ink is less than what surrounds it, so it departs more from the mean of its
 * neighbourhood than the paper does; edges of shadows depart as much to both sides.
 */
export function isDarkOnLight(image: GreyImage, reach: number): boolean {
  const { width, height, data } = image;
  const sums = summedArea(image);
  const stride = width + 1;
  let skew = 0;
  for (let y = 0, i = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)];
    for (let x = 0; x < width; x++, i++) {
      const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
      const sum =
        sums[bottom * stride + right] -
        sums[top * stride + right] -
        sums[bottom * stride + left] +
        sums[top * stride + left];
      skew += (data[i] - sum / ((bottom - top) * (right - left))) ** 3;
    }
  }
  return skew < 0;
}

/** Darker than that a background tells nothing of how much light falls on it. */
const darkest = 0.05;

/**
 * How strong the ink is at each point, from 0, whatever the light: what is darker (or brighter) than its surroundings and narrower
 * than twice `reach`. Shadows are wider.
 */
export function inkStrength(image: GreyImage, darkOnLight: boolean, reach: number): GreyImage {
  const { width, height, data } = image;
  const [first, then] = darkOnLight ? (['max', 'min'] as const) : (['min', 'max'] as const);
  const background = extreme(extreme(image, reach, first), reach, then).data;
  return greyImage(width, height, (_x, _y, i) =>
    darkOnLight
      ? 1 - data[i] / Math.max(background[i], data[i], darkest)
      : Math.max(0, data[i] - background[i]),
  );
}
