/** Brightness of an image's points, row by row, usually from 0 (black) to 1 (white). */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** An image whose points `f` gives. */
export function greyImage(
  width: number,
  height: number,
  f: (x: number, y: number, i: number) => number,
): GreyImage {
  const data = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) data[i] = f(x, y, i);
  }
  return { width, height, data };
}

/** A rectangle of an image. */
export const crop = (
  { width: stride, data }: GreyImage,
  [left, top, width, height]: readonly [number, number, number, number],
): GreyImage => greyImage(width, height, (x, y) => data[(top + y) * stride + left + x]);

/**
 * The image in another size: each point a weighted mean under a triangle as wide as it covers of the original, so that
 * thin lines fade instead of falling out.
 */
export function resample(image: GreyImage, width: number, height: number): GreyImage {
  return scaleRows(scaleRows(image, width), height);
}

/** Scales the rows to a length and turns the image, so that doing it twice scales both axes. */
function scaleRows({ width, height, data }: GreyImage, length: number): GreyImage {
  const ratio = width / length;
  const reach = Math.max(1, ratio);
  const scaled = new Float32Array(height * length);
  for (let i = 0; i < length; i++) {
    const centre = (i + 0.5) * ratio - 0.5;
    const from = Math.max(0, Math.ceil(centre - reach));
    const to = Math.min(width - 1, Math.floor(centre + reach));
    const weights = Float64Array.from(
      { length: to - from + 1 },
      (_, j) => reach - Math.abs(from + j - centre),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    for (let y = 0; y < height; y++) {
      let value = 0;
      for (let j = 0; j < weights.length; j++) value += weights[j] * data[y * width + from + j];
      scaled[i * height + y] = value / sum;
    }
  }
  return { width: height, height: length, data: scaled };
}

/** The brightest (or darkest) point of the square that reaches `reach` points around each. */
export function extreme(image: GreyImage, reach: number, pick: 'max' | 'min'): GreyImage {
  return slideRows(slideRows(image, reach, pick), reach, pick);
}

/**
 * The extreme along the rows, turned: twice gives a square's. Candidates wait in a queue in which each is better than those
 * behind it: D. Lemire, "Streaming Maximum-Minimum Filter Using No More than Three Comparisons per Element", 2006.
 */
function slideRows(
  { width, height, data }: GreyImage,
  reach: number,
  pick: 'max' | 'min',
): GreyImage {
  const sign = pick === 'max' ? 1 : -1;
  const result = new Float32Array(width * height);
  const queue = new Int32Array(width);
  for (let y = 0; y < height; y++) {
    let [first, end] = [0, 0];
    const row = data.subarray(y * width, (y + 1) * width);
    for (let x = -reach; x < width; x++) {
      const next = x + reach;
      if (next < width) {
        while (end > first && sign * row[queue[end - 1]] <= sign * row[next]) end--;
        queue[end++] = next;
      }
      if (x < 0) continue;
      if (queue[first] < x - reach) first++;
      result[x * height + y] = row[queue[first]];
    }
  }
  return { width: height, height: width, data: result };
}

/** The brightest point within a circle of radius `radius` around each: makes bright lines thicker. */
export function thicken({ width, height, data }: GreyImage, radius: number): GreyImage {
  const reach = Math.floor(radius);
  const offsets: [number, number][] = [];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++)
      if (x * x + y * y <= radius * radius) offsets.push([x, y]);
  }
  return greyImage(width, height, (x, y) => {
    let best = 0;
    for (const [dx, dy] of offsets) {
      const [u, v] = [x + dx, y + dy];
      if (u < 0 || v < 0 || u >= width || v >= height) continue;
      best = Math.max(best, data[v * width + u]);
    }
    return best;
  });
}
