import { type Platform, PlatformError } from '../platform.ts';

export const decodePicture: Platform['decodePicture'] = async (
  bytes,
  { maxPixels, orient, name },
) => {
  const picture = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>]), {
    imageOrientation: orient ? 'from-image' : 'none',
    premultiplyAlpha: 'none',
    // Weights were trained on the numbers that are in the files.
    colorSpaceConversion: 'none',
  }).catch((error: unknown) => {
    const reason = (error as Error).message;
    throw new PlatformError('failed', `${name}: the image cannot be read: ${reason}`, name, error);
  });
  const { width, height } = picture;
  try {
    if (width * height > maxPixels) {
      throw new PlatformError(
        'too-large',
        `${name}: the image has ${width} x ${height} points, allowed are ${maxPixels}`,
        name,
      );
    }
    const context = new OffscreenCanvas(width, height).getContext('2d', {
      willReadFrequently: true,
    });
    if (!context)
      throw new PlatformError('unsupported', `${name}: there is no canvas to read it from`);
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, channels: 4, data: new Uint8Array(data.buffer) };
  } finally {
    picture.close();
  }
};
