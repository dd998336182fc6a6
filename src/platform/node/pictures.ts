import { type Platform, PlatformError } from '../platform.ts';

export const decodePicture: Platform['decodePicture'] = async (
  bytes,
  { maxPixels, orient, name },
) => {
  const sharp = await loadSharp(name);
  try {
    const picture = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' });
    const { data, info } = await (orient ? picture.autoOrient() : picture)
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new PlatformError('failed', `${name}: the image cannot be read: ${reason}`, name, error);
  }
};

async function loadSharp(name: string) {
  try {
    return (await import('sharp')).default;
  } catch (error) {
    throw new PlatformError(
      'unsupported',
      `${name}: images are decoded with the optional package sharp, which is not installed: npm install sharp`,
      name,
      error,
    );
  }
}
