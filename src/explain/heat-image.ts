import { type RasterImage, resizeImage } from '../data/image/index.ts';
import { ValueError } from '../tensor/index.ts';

/** Numbers for the points of an image, row by row. */
export interface HeatMap {
  readonly width: number;
  readonly height: number;
  /** From 0 to 1; what is below 0 counts as 0. */
  readonly data: Float32Array;
}

/** Options of `heatImage`. */
export interface HeatImageOptions {
  /** How much of the hottest points is colour instead of photo, from 0 to 1. Default 0.6. */
  readonly opacity?: number;
  /** Whether the photo stands beside. Default true. */
  readonly beside?: boolean;
}

/** From cold to hot, at equal distances: red, green, blue. */
const colours = [
  [0, 0, 131],
  [0, 60, 170],
  [5, 255, 255],
  [255, 255, 0],
  [250, 0, 0],
  [128, 0, 0],
] as const;

/** A photo with a map over it in colours, and beside it the photo as it is. */
export function heatImage(
  photo: RasterImage<Uint8Array>,
  heat: HeatMap,
  { opacity = 0.6, beside = true }: HeatImageOptions = {},
): RasterImage<Uint8Array> & { readonly channels: 3 } {
  const { width, height } = photo;
  const { data } = resizeImage({ ...heat, channels: 1 }, [height, width], {
    interpolation: 'bilinear',
  });
  const columns = beside ? 2 * width : width;
  const drawn = new Uint8Array(columns * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const point = y * width + x;
      const value = Math.min(1, Math.max(0, data[point]));
      const colour = colourOf(value);
      // Cold points show the photo.
      const share = opacity * Math.min(1, 2 * value);
      for (let c = 0; c < 3; c++) {
        const own = photo.data[photo.channels === 1 ? point : 3 * point + c];
        const at = 3 * (y * columns + x) + c;
        if (beside) drawn[at] = own;
        drawn[at + (beside ? 3 * width : 0)] = Math.round(own + share * (colour[c] - own));
      }
    }
  }
  return { width: columns, height, channels: 3, data: drawn };
}

function colourOf(value: number): number[] {
  const place = value * (colours.length - 1);
  const below = Math.min(colours.length - 2, Math.floor(place));
  return colours[below].map((a, c) => a + (colours[below + 1][c] - a) * (place - below));
}

/** A box as shares of the image's width and height. */
export interface HeatBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The box around all points that are at least half as hot as the hottest. A ValueError where nothing is above 0. */
export function heatBox({ width, height, data }: HeatMap, share = 0.5): HeatBox {
  const most = data.reduce((a, b) => Math.max(a, b), 0);
  if (most <= 0) throw new ValueError('heatBox: no point of the map is above 0');
  let [left, top, right, bottom] = [width, height, -1, -1];
  data.forEach((value, i) => {
    if (value < share * most) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
  });
  return {
    x: left / width,
    y: top / height,
    width: (right + 1 - left) / width,
    height: (bottom + 1 - top) / height,
  };
}
