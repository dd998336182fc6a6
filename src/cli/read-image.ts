import type { GreyImage } from '../data/image/grey-image.ts';
import { FormatError, GradusError } from '../index.ts';

/** Images with more points are refused before they are decoded. */
const mostPoints = 100_000_000;
/** Images are made no larger than this; a digit needs far less. */
const longestSide = 1024;

/**
 * The brightness of an image in a file (PNG, JPEG and what else `sharp` knows), turned as the camera was held. Where it is
 * transparent, paper shows that differs from what is drawn: white, or black for light drawings.
 */
export async function readImage(path: string): Promise<GreyImage> {
  const sharp = await loadSharp();
  let decoded: { data: Buffer; info: { width: number; height: number } };
  try {
    decoded = await sharp(path, { limitInputPixels: mostPoints })
      .autoOrient()
      .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw new FormatError(`the image cannot be read: ${(error as Error).message}`, { file: path });
  }
  const { width, height } = decoded.info;
  return { width, height, data: brightness(decoded.data, width * height) };
}

async function loadSharp() {
  try {
    return (await import('sharp')).default;
  } catch {
    throw new GradusError(
      'images are read with the optional package sharp, which is not installed: npm install sharp',
    );
  }
}

/** Brightness from 0 to 1 (luma of ITU-R BT.601) of points of red, green, blue and opacity. */
function brightness(rgba: Uint8Array, points: number): Float32Array {
  const luma = new Float32Array(points);
  let [drawn, opaque] = [0, 0];
  for (let i = 0; i < points; i++) {
    const [red, green, blue, alpha] = rgba.subarray(4 * i, 4 * i + 4);
    luma[i] = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
    drawn += luma[i] * alpha;
    opaque += alpha;
  }
  const isLight = drawn > opaque / 2;
  const paper = isLight ? 0 : 1;
  if (opaque === points * 255) return luma;
  return luma.map((value, i) => {
    const alpha = rgba[4 * i + 3] / 255;
    return value * alpha + paper * (1 - alpha);
  });
}
