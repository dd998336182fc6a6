import { rasterizeSvg } from '#platform';

/**
 * Noto Sans SC: Latin letters, signs, and the Chinese characters of GB 2312's first level. The way to it is right from the
 * bundled command line, too.
 */
const fonts = [
  new URL('../plot/fonts/noto-sans-sc-latin.ttf', import.meta.url),
  new URL('../plot/fonts/noto-sans-sc.ttf', import.meta.url),
];

export const pngOf = (svg: string, scale: number): Promise<Uint8Array<ArrayBuffer>> =>
  rasterizeSvg(svg, scale, fonts);
