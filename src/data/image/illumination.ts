import { type GreyImage, greyImage } from './grey-image.ts';

/** Solves three linear equations by Cramer's rule; null where they have no single solution. */
function solve3(m: readonly (readonly number[])[], v: readonly number[]): number[] | null {
  const determinant = ([a, b, c]: readonly (readonly number[])[]): number =>
    a[0] * (b[1] * c[2] - b[2] * c[1]) -
    a[1] * (b[0] * c[2] - b[2] * c[0]) +
    a[2] * (b[0] * c[1] - b[1] * c[0]);
  const whole = determinant(m);
  if (Math.abs(whole) < 1e-9) return null;
  return [0, 1, 2].map((column) => {
    const replaced = m.map((row, i) => row.map((value, j) => (j === column ? v[i] : value)));
    return determinant(replaced) / whole;
  });
}

type Point = readonly [x: number, y: number, value: number];

/** The plane a + b x + c y through points, by least squares. */
function fitPlane(points: readonly Point[]): (x: number, y: number) => number {
  const moments = [0, 1, 2].map(() => [0, 0, 0]);
  const sums = [0, 0, 0];
  for (const [x, y, value] of points) {
    const basis = [1, x, y];
    for (let i = 0; i < 3; i++) {
      sums[i] += basis[i] * value;
      for (let j = 0; j < 3; j++) moments[i][j] += basis[i] * basis[j];
    }
  }
  const [a, b, c] = solve3(moments, sums) ?? [sums[0] / points.length, 0, 0];
  return (x, y) => a + b * x + c * y;
}

/**
 * How much brighter each point is than the background, which is taken to change evenly from side to side and to show along the
 * border. What crosses the border, such as the edge of the paper, is left out of it.
 */
export function overBackground(image: GreyImage): GreyImage {
  const { width, height, data } = image;
  const margin = Math.ceil(Math.min(width, height) / 40);
  const border: Point[] = [];
  greyImage(width, height, (x, y, i) => {
    const inside = x >= margin && y >= margin && x < width - margin && y < height - margin;
    if (!inside) border.push([x, y, data[i]]);
    return 0;
  });
  const first = fitPlane(border);
  const distance = ([x, y, value]: Point): number => Math.abs(value - first(x, y));
  const kept = border
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, Math.max(3, Math.ceil(border.length * 0.6)));
  const plane = fitPlane(kept);
  return greyImage(width, height, (x, y, i) => data[i] - plane(x, y));
}
