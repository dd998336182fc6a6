import { describe, expect, test } from 'vitest';
import { ValueError } from '../../tensor/index.ts';
import { digitFromImage } from './digit.ts';
import { type GreyImage, greyImage } from './grey-image.ts';
import { boundingBox, strokeWidth } from './strokes.ts';

type Line = readonly [x: number, y: number][];

const seven: Line = [
  [0, 0],
  [1, 0],
  [0.35, 1.6],
];

function distance([x, y]: readonly number[], [a, b]: readonly (readonly number[])[]): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const t = Math.min(1, Math.max(0, ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - a[0] - t * dx, y - a[1] - t * dy);
}

interface Drawing {
  readonly line?: Line;
  readonly size?: readonly [number, number];
  /** Where the digit begins, how large it is, how wide the pen. */
  readonly at?: readonly [x: number, y: number];
  readonly scale?: number;
  readonly pen?: number;
  /** Brightness of the paper at a point. */
  readonly paper?: (x: number, y: number) => number;
  readonly ink?: (x: number, y: number) => number;
}

/** A line drawn with a round pen. */
function draw({
  line = seven,
  size = [200, 260],
  at = [60, 50],
  scale = 90,
  pen = 10,
  paper = () => 0.9,
  ink = () => 0.15,
}: Drawing = {}): GreyImage {
  const points = line.map(([x, y]) => [at[0] + x * scale, at[1] + y * scale]);
  return greyImage(size[0], size[1], (x, y) => {
    const lengths = points.slice(1).map((point, i) => distance([x, y], [points[i], point]));
    const cover = Math.min(1, Math.max(0, pen / 2 + 0.5 - Math.min(...lengths)));
    return paper(x, y) * (1 - cover) + ink(x, y) * cover;
  });
}

const asGrey = (pixels: Uint8Array): GreyImage => greyImage(28, 28, (_x, _y, i) => pixels[i] / 255);

/** How much two digits differ, moved over one another by a point at most: the mean over the ink of the second. */
function difference(a: Uint8Array, b: Uint8Array): number {
  const sum = (values: Uint8Array): number => values.reduce((x, y) => x + y, 0);
  const shifts = [-29, -28, -27, -1, 0, 1, 27, 28, 29];
  const sums = shifts.map((shift) =>
    a.reduce((total, value, i) => total + Math.abs(value - (b[i + shift] ?? 0)), 0),
  );
  return Math.min(...sums) / sum(b);
}

const plain = digitFromImage(draw());

describe('a digit on paper', () => {
  test('is white on black, in a box of 20, around its centre of mass', () => {
    const { pixels, inverted } = plain;
    expect(inverted).toBe(true);
    expect(pixels).toHaveLength(28 * 28);
    expect(Math.max(...pixels)).toBe(255);
    expect(pixels[0]).toBe(0);
    const [, , width, height] = boundingBox(asGrey(pixels), 0.2)!;
    expect(height).toBeGreaterThanOrEqual(19);
    expect(height).toBeLessThanOrEqual(20);
    expect(width / height).toBeCloseTo(100 / 154, 1); // its proportions, with the pen's width
    let [mass, alongX, alongY] = [0, 0, 0];
    pixels.forEach((value, i) => {
      mass += value;
      alongX += value * (i % 28);
      alongY += value * Math.floor(i / 28);
    });
    expect(Math.abs(alongX / mass - 14)).toBeLessThanOrEqual(0.51);
    expect(Math.abs(alongY / mass - 14)).toBeLessThanOrEqual(0.51);
  });

  const alike: Record<string, Drawing> = {
    'in another corner': { at: [15, 100] },
    'smaller, on a wider sheet': { size: [500, 300], at: [380, 30], scale: 60, pen: 7 },
    larger: { size: [900, 1200], at: [200, 200], scale: 450, pen: 50 },
    'white on black': { paper: () => 0.05, ink: () => 0.95 },
    'in faint pencil': { ink: () => 0.65 },
    'in light from one side': {
      paper: (x, y) => 0.4 + x / 400 + y / 2600,
      ink: (x) => 0.1 + x / 2000,
    },
    'half in a shadow': {
      paper: (x, y) => (x + y / 4 > 130 ? 0.45 : 0.9),
      ink: (x, y) => (x + y / 4 > 130 ? 0.08 : 0.15),
    },
    'with specks around it': { paper: (x, y) => ((x * y) % 977 === 5 ? 0.3 : 0.9) },
    'beside the edge of the paper': { paper: (x) => (x < 12 ? 0.2 : 0.9) },
    'on rough paper': { paper: (x, y) => 0.86 + ((x * 31 + y * 17) % 13) / 150 },
  };
  test.each(Object.entries(alike))('%s is much the same', (_, drawing) => {
    expect(difference(digitFromImage(draw(drawing)).pixels, plain.pixels)).toBeLessThan(0.3);
  });

  test('another digit is not', () => {
    const one: Line = [
      [0, 0],
      [0, 1],
    ];
    expect(difference(digitFromImage(draw({ line: one })).pixels, plain.pixels)).toBeGreaterThan(1);
  });

  test('of a thin pen gets lines of the usual width', () => {
    const thin = digitFromImage(draw({ pen: 2 })).pixels;
    expect(strokeWidth(asGrey(plain.pixels))).toBeGreaterThan(1.3);
    expect(strokeWidth(asGrey(thin))).toBeGreaterThan(1.3);
    expect(boundingBox(asGrey(thin), 0.2)![3]).toBeLessThanOrEqual(20);
  });

  test('that is a straight line is not blown up', () => {
    const one: Line = [
      [0, 0],
      [0, 1],
    ];
    const { pixels } = digitFromImage(draw({ line: one }));
    const [, , width, height] = boundingBox(asGrey(pixels), 0.2)!;
    expect(height).toBeGreaterThanOrEqual(19);
    expect(width).toBeLessThanOrEqual(4);
  });
});

test('an image of MNIST stays as it is', () => {
  const image = asGrey(plain.pixels);
  const { pixels, inverted } = digitFromImage(image);
  expect(inverted).toBe(false);
  expect(pixels).toEqual(plain.pixels);
});

describe('what shows no digit is refused', () => {
  const empty: Record<string, GreyImage> = {
    'white paper': greyImage(100, 80, () => 0.95),
    darkness: greyImage(100, 80, () => 0),
    'rough paper': greyImage(100, 80, (x, y) => 0.9 + ((x * 31 + y * 17) % 13) / 400),
    'even light from one side': greyImage(100, 80, (x) => 0.5 + x / 300),
    'a single point': greyImage(1, 1, () => 0.4),
  };
  test.each(Object.entries(empty))('%s', (_, image) => {
    expect(() => digitFromImage(image)).toThrow(ValueError);
    expect(() => digitFromImage(image)).toThrow(/no digit can be seen/);
  });

  test('too few numbers', () => {
    const broken = { width: 10, height: 10, data: new Float32Array(99) };
    expect(() => digitFromImage(broken)).toThrow(/10 x 10 points expected, received 99/);
  });
});
