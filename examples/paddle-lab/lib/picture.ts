// From a picture file to 784 numbers from -1 to 1, as the network knows them.
import sharp from 'sharp';

/** Reads a dark digit on light paper (or the reverse), in the middle of a square picture. */
export async function readPicture(file: string): Promise<Float32Array> {
  const bytes = await sharp(file)
    .flatten()
    .greyscale()
    .resize(28, 28, { fit: 'fill' })
    .raw()
    .toBuffer();
  const corners = [0, 27, 756, 783].map((i) => bytes[i]);
  const light = corners.reduce((a, b) => a + b) > 2 * 255;
  return Float32Array.from(bytes, (value) => ((light ? 255 - value : value) * 2) / 255 - 1);
}

const shades = ' .:-=+*#%@';

/** A digit as lines of characters. */
export function drawnDigit(pixels: Float32Array): string {
  const shade = (value: number) => shades[Math.min(9, Math.floor((value + 1) * 5))];
  return Array.from({ length: 28 }, (_, y) =>
    Array.from(pixels.subarray(28 * y, 28 * y + 28), shade)
      .join('')
      .trimEnd(),
  ).join('\n');
}
