import { ValueError } from '../tensor/index.ts';

/** Colours for numbers, from the least to the largest. */
export type ColorMap = 'gray' | 'gray_r' | 'viridis' | 'coolwarm';

/** Colours at equal distances, between which others lie. */
const stops: Readonly<Record<ColorMap, readonly string[]>> = {
  gray: ['000000', 'ffffff'],
  gray_r: ['ffffff', '000000'],
  // After Matplotlib's maps of the same names (Smith and van der Walt 2015; Moreland 2009).
  viridis: [
    '440154',
    '472d7b',
    '3b528b',
    '2c728e',
    '21918c',
    '28ae80',
    '5ec962',
    'addc30',
    'fde725',
  ],
  coolwarm: ['3b4cc0', '7b9ff9', 'c0d4f5', 'dddddd', 'f2cbb7', 'ee8468', 'b40426'],
};

/** 256 colours, three bytes each. */
export function colorsOf(name: ColorMap): Uint8Array {
  const list = Object.hasOwn(stops, name) ? stops[name] : null;
  if (!list) {
    throw new ValueError(
      `plot: cmap must be one of ${Object.keys(stops).join(', ')}, received '${name}'`,
    );
  }
  const bytes = list.map((hex) =>
    [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)),
  );
  const colors = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const place = (i / 255) * (list.length - 1);
    const below = Math.min(list.length - 2, Math.floor(place));
    for (let c = 0; c < 3; c++) {
      const [a, b] = [bytes[below][c], bytes[below + 1][c]];
      colors[i * 3 + c] = Math.round(a + (b - a) * (place - below));
    }
  }
  return colors;
}

/** The colour of a share from 0 to 1, as CSS writes it. */
export function colorAt(name: ColorMap, share: number): string {
  const at = Math.round(Math.min(1, Math.max(0, share)) * 255) * 3;
  const [r, g, b] = colorsOf(name).subarray(at, at + 3);
  return `rgb(${r},${g},${b})`;
}
