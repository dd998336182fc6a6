import type { GreyImage } from './grey-image.ts';

/**
 * The brightness that parts an image's points into two classes with the least variance within them: N. Otsu, "A Threshold
 * Selection Method from Gray-Level Histograms", 1979. Also the means of both classes.
 */
export function otsu({ data }: GreyImage): { threshold: number; dark: number; bright: number } {
  const bins = 256;
  let [low, high] = [data[0], data[0]];
  for (const value of data) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const step = (high - low) / bins;
  if (step === 0) return { threshold: low, dark: low, bright: low };
  const counts = new Float64Array(bins);
  for (const value of data) counts[Math.min(bins - 1, Math.floor((value - low) / step))]++;
  const middle = (bin: number): number => low + (bin + 0.5) * step;
  const total = data.length;
  const sum = counts.reduce((s, count, bin) => s + count * middle(bin), 0);
  let best = { variance: -1, threshold: low, dark: low, bright: low };
  let [below, belowSum] = [0, 0];
  for (let bin = 0; bin < bins - 1; bin++) {
    below += counts[bin];
    belowSum += counts[bin] * middle(bin);
    if (below === 0 || below === total) continue;
    const [dark, bright] = [belowSum / below, (sum - belowSum) / (total - below)];
    const variance = below * (total - below) * (bright - dark) ** 2;
    if (variance > best.variance) {
      best = { variance, threshold: low + (bin + 1) * step, dark, bright };
    }
  }
  return best;
}

/** Points above 0 that hang together. */
interface Part {
  readonly points: number[];
  /** The sum of their brightness. */
  mass: number;
  touchesBorder: boolean;
}

function partsOf({ width, height, data }: GreyImage): Part[] {
  const seen = new Uint8Array(data.length);
  const parts: Part[] = [];
  for (let start = 0; start < data.length; start++) {
    if (seen[start] || data[start] <= 0) continue;
    const part: Part = { points: [start], mass: 0, touchesBorder: false };
    seen[start] = 1;
    for (let next = 0; next < part.points.length; next++) {
      const point = part.points[next];
      const [x, y] = [point % width, Math.floor(point / width)];
      part.mass += data[point];
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) part.touchesBorder = true;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const other = v * width + u;
          if (seen[other] || data[other] <= 0) continue;
          seen[other] = 1;
          part.points.push(other);
        }
      }
    }
    parts.push(part);
  }
  return parts;
}

/**
 * The digit's strokes alone: specks go, and so does what hangs on the border (the edge of the paper, a finger), unless there is
 * little else.
 */
export function mainStrokes(image: GreyImage): GreyImage {
  const parts = partsOf(image);
  const heaviest = (list: readonly Part[]): number => Math.max(0, ...list.map(({ mass }) => mass));
  const free = parts.filter(({ touchesBorder }) => !touchesBorder);
  const chosen = heaviest(free) >= heaviest(parts) / 20 ? free : parts;
  const least = heaviest(chosen) / 12;
  const data = new Float32Array(image.data.length);
  for (const { points, mass } of chosen) {
    if (mass >= least) for (const point of points) data[point] = image.data[point];
  }
  return { ...image, data };
}

/** Left, top, width and height of what is brighter than `above`; null where nothing is. */
export function boundingBox(
  { width, height, data }: GreyImage,
  above: number,
): [number, number, number, number] | null {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (data[i] <= above) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? null : [left, top, right - left + 1, bottom - top + 1];
}

/** How wide strokes are in points: twice their area over the length of their outline. */
export function strokeWidth({ width, height, data }: GreyImage): number {
  const inked = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] > 0.5;
  let [area, outline] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!inked(x, y)) continue;
      area++;
      outline += Number(!inked(x - 1, y)) + Number(!inked(x + 1, y));
      outline += Number(!inked(x, y - 1)) + Number(!inked(x, y + 1));
    }
  }
  return outline === 0 ? 0 : (2 * area) / outline;
}
