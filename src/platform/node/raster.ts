import { fileURLToPath } from 'node:url';
import { type Platform, PlatformError } from '../platform.ts';

/** Draws with resvg, which has no fonts but those it is given. */
export const rasterizeSvg: Platform['rasterizeSvg'] = async (svg, scale, fonts) => {
  const { Resvg } = await import('@resvg/resvg-js').catch((cause) => {
    throw new PlatformError(
      'missing',
      'drawing a PNG needs the package @resvg/resvg-js: npm install @resvg/resvg-js',
      undefined,
      cause,
    );
  });
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: { fontFiles: fonts.map((url) => fileURLToPath(url)), loadSystemFonts: false },
  });
  return new Uint8Array(image.render().asPng());
};
