import { decodePicture, type FileSource, PlatformError } from '#platform';
import { FormatError, GradusError, ValueError } from '../../tensor/index.ts';
import { readBytes } from '../read-file.ts';
import { decodeBmp, isBmp } from './bmp.ts';
import { imageSize } from './image-size.ts';
import { flattenAlpha, type RasterImage, toGrey } from './raster-image.ts';

/** Images with more points are refused unless more are allowed: 100 megapixels. */
export const defaultMaxPixels = 100_000_000;

/** How images are read. */
export interface ReadImageOptions {
  /** `'rgb'` (the default) or `'grayscale'`, as Keras calls them. */
  readonly colorMode?: 'rgb' | 'grayscale';
  /** Images with more points are refused before they are decoded. Default 100 million. */
  readonly maxPixels?: number;
  /** Whether photos are turned as the camera was held (EXIF). Default true. */
  readonly orient?: boolean;
  /** What shows where an image is transparent. Default white. */
  readonly background?: readonly [red: number, green: number, blue: number];
  /** Files with more bytes are refused. */
  readonly maxBytes?: number;
}

/**
 * An image of a file, address, Blob or buffer as bytes of red, green and blue, or of grey: JPEG, PNG, WebP, GIF, TIFF, AVIF (in Node with the
 * optional package `sharp`; in pages what the browser knows) and BMP. Of an animation the first frame, of 16 bits a colour the
 * upper 8, of CMYK the colours of sRGB. Throws a FormatError for what is no image, is damaged or has too many points.
 * @example const { width, height, data } = await readImage('cat.jpg');
 */
export async function readImage(
  source: FileSource,
  {
    colorMode = 'rgb',
    maxPixels = defaultMaxPixels,
    orient = true,
    background,
    maxBytes,
  }: ReadImageOptions = {},
): Promise<RasterImage<Uint8Array>> {
  if (colorMode !== 'rgb' && colorMode !== 'grayscale') {
    throw new ValueError(
      `readImage: colorMode must be 'rgb' or 'grayscale', received '${colorMode}'`,
    );
  }
  const named = typeof source === 'string' || source instanceof URL;
  const name = named ? String(source) : ((source as { name?: string }).name ?? 'image');
  const bytes = await readBytes(source, { maxBytes });
  if (bytes.length === 0) throw new FormatError('the file is empty', { file: name });
  const size = imageSize(bytes);
  if (size && size.width * size.height > maxPixels) throw tooLarge(name, size, maxPixels);
  const image = isBmp(bytes)
    ? decodeBmp(bytes, name)
    : flattenAlpha(await decode(bytes, { name, maxPixels, orient }), background);
  return colorMode === 'grayscale' ? toGrey(image) : image;
}

const tooLarge = (
  file: string,
  { width, height }: { readonly width: number; readonly height: number },
  maxPixels: number,
): FormatError =>
  new FormatError('the image has too many points; maxPixels sets the limit', {
    file,
    expected: `at most ${maxPixels}`,
    received: `${width} x ${height}`,
  });

async function decode(
  bytes: Uint8Array,
  options: Parameters<typeof decodePicture>[1],
): Promise<RasterImage<Uint8Array>> {
  try {
    return await decodePicture(bytes, options);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    // What is missing is no fault of the file.
    if (error.code === 'unsupported') throw new GradusError(error.message, { cause: error });
    throw new FormatError(error.message);
  }
}
