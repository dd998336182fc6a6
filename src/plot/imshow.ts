import { encodePng, type Pixels } from '../formats/png.ts';
import { ShapeError, Tensor } from '../tensor/index.ts';
import { type ColorMap, colorsOf } from './color-map.ts';
import { type DrawOptions, Figure, type Panel } from './figure.ts';
import { matrixOf } from './numbers.ts';
import { round, textAt } from './svg.ts';

/** Numbers of a picture, row by row, the channels of a pixel side by side. */
export interface Raster {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: readonly number[];
  /** Whether they are from 0 to 255. */
  readonly isBytes: boolean;
}

/** A picture: a tensor [height, width], [height, width, 1], [height, width, 3 or 4], or rows of numbers. */
export type Picture = Tensor | readonly ArrayLike<number>[] | Raster;

/** How numbers become colours. */
export interface PixelOptions {
  /** Colours of a picture of one channel; grey by default. */
  readonly cmap?: ColorMap;
  /** What is darkest and lightest; by default the least and the largest, or for colours 0 and 1 (bytes: 255). */
  readonly vmin?: number;
  readonly vmax?: number;
}

/** Options of `imshow`. */
export interface ImshowOptions extends DrawOptions, PixelOptions {
  readonly title?: string;
}

/**
 * Shows a picture, each number as a square.
 * @example await plot.imshow(image, { title: '7' }).save('seven.png');
 */
export function imshow(picture: Picture, { title = '', ...options }: ImshowOptions = {}): Figure {
  const image = imageOf(picture, options, 'imshow');
  const side = Math.min(1, 360 / Math.max(image.width, image.height));
  const zoom =
    side === 1 ? Math.max(1, Math.floor(360 / Math.max(image.width, image.height))) : side;
  const panel: Panel = {
    width: image.width * zoom + 20,
    height: image.height * zoom + 20,
    draw: async ({ width, height }) => {
      const scale = Math.min((width - 20) / image.width, (height - 20) / image.height);
      const [w, h] = [image.width * scale, image.height * scale];
      return imageAt((width - w) / 2, (height - h) / 2, w, h, image);
    },
  };
  return new Figure([[panel]], title, options);
}

/** Pixels as an embedded PNG. */
export interface EmbeddedImage {
  readonly width: number;
  readonly height: number;
  readonly href: string;
}

/** A picture in colours. */
export function imageOf(picture: Picture, options: PixelOptions, what: string): EmbeddedImage {
  const { data, height, width, channels, isBytes } = rasterOf(picture, what);
  let { vmin, vmax } = options;
  if (channels > 1) {
    vmin ??= 0;
    vmax ??= isBytes || data.some((value) => value > 1) ? 255 : 1;
  } else {
    const finite = data.filter(Number.isFinite);
    vmin ??= finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    vmax ??= finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  }
  const [least, span] = [vmin, vmax > vmin ? vmax - vmin : 1];
  const share = (value: number): number => Math.min(1, Math.max(0, (value - least) / span));
  const colors = channels === 1 ? colorsOf(options.cmap ?? 'gray') : null;
  const out = new Uint8Array(height * width * (channels === 4 ? 4 : 3));
  if (colors) {
    data.forEach((value, i) => {
      const at = Number.isNaN(value) ? 0 : Math.round(share(value) * 255) * 3;
      out.set(colors.subarray(at, at + 3), i * 3);
    });
  } else {
    data.forEach((value, i) => {
      out[i] = Math.round(share(value) * 255);
    });
  }
  const large = enlarged({ width, height, channels: channels === 4 ? 4 : 3, data: out });
  return { width, height, href: `data:image/png;base64,${base64(encodePng(large))}` };
}

function rasterOf(picture: Picture, what: string): Raster {
  if ('isBytes' in picture) return picture;
  if (!(picture instanceof Tensor) || picture.shape.length === 2) {
    const rows = matrixOf(picture, what);
    const size = { height: rows.length, width: rows[0].length };
    return { ...size, data: rows.flat(), channels: 1, isBytes: false };
  }
  const [height, width, channels] = picture.shape;
  if (picture.shape.length !== 3 || ![1, 3, 4].includes(channels) || !height || !width) {
    throw new ShapeError(
      `plot.${what}: expected a picture [height, width] or [height, width, 1, 3 or 4], ` +
        `received shape [${picture.shape}]`,
    );
  }
  const data = Array.from(picture.dataSync(), Number);
  return { data, height, width, channels, isBytes: picture.dtype === 'uint8' };
}

/** Renderers blur what they enlarge: small pictures are drawn with squares of points. */
function enlarged({ width, height, channels, data }: Pixels): Pixels {
  const times = Math.floor(256 / Math.max(width, height));
  if (times < 2) return { width, height, channels, data };
  const row = width * times * channels;
  const large = new Uint8Array(row * height * times);
  for (let y = 0; y < height; y++) {
    const to = y * times * row;
    for (let x = 0; x < width * times; x++) {
      const from = (y * width + Math.floor(x / times)) * channels;
      large.set(data.subarray(from, from + channels), to + x * channels);
    }
    for (let i = 1; i < times; i++) large.copyWithin(to + i * row, to, to + row);
  }
  return { width: width * times, height: height * times, channels, data: large };
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Draws an embedded image, its pixels as squares with sharp edges. */
export const imageAt = (
  x: number,
  y: number,
  width: number,
  height: number,
  { href }: EmbeddedImage,
): string =>
  `<image x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"` +
  ` preserveAspectRatio="none" xlink:href="${href}"/>`;

/** Small pictures side by side, each with a line below it. */
export interface Cell {
  readonly image: EmbeddedImage;
  readonly caption?: string;
  /** Whether the caption is marked as right or wrong. */
  readonly mark?: 'right' | 'wrong';
}

/** A panel of cells in rows of `columns`. */
export function cellsPanel(cells: readonly Cell[], columns: number, side = 84): Panel {
  const rows = Math.ceil(cells.length / columns);
  const below = cells.some(({ caption }) => caption) ? 20 : 4;
  const gap = 8;
  return {
    width: columns * (side + gap) + gap,
    height: rows * (side + below + gap) + gap,
    draw: async ({ width, height, theme }) => {
      const w = (width - gap) / columns - gap;
      const h = (height - gap) / rows - gap - below;
      const parts = cells.map(({ image, caption, mark }, i) => {
        const x = gap + (i % columns) * (w + gap);
        const y = gap + Math.floor(i / columns) * (h + below + gap);
        const scale = Math.min(w / image.width, h / image.height);
        const [iw, ih] = [image.width * scale, image.height * scale];
        const left = x + (w - iw) / 2;
        const color = mark ? theme[mark] : theme.text;
        const frame =
          mark === 'wrong'
            ? `<rect x="${round(left - 1.5)}" y="${round(y - 1.5)}" width="${round(iw + 3)}" height="${round(ih + 3)}" fill="none" stroke="${color}" stroke-width="3"/>`
            : '';
        const text = caption
          ? textAt(x + w / 2, y + h + 15, fitted(mark === 'wrong' ? `✗ ${caption}` : caption, w), {
              size: 11,
              color,
              anchor: 'middle',
            })
          : '';
        return imageAt(left, y, iw, ih, image) + frame + text;
      });
      return parts.join('');
    },
  };
}

/** A caption cut to the width of its picture; Chinese characters are twice as wide as Latin ones. */
function fitted(text: string, width: number): string {
  let room = width / 5.6 + 4;
  let kept = '';
  for (const character of text) {
    room -= character > '\u2e80' ? 2 : 1;
    if (room < 1) return `${kept}…`;
    kept += character;
  }
  return kept;
}
