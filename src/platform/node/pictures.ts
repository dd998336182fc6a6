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
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (channels === 3 || channels === 4) return { width, height, channels, data };
    throw new PlatformError('failed', `${name}: an image with ${channels} channels cannot be read`);
  } catch (error) {
    if (error instanceof PlatformError) throw error;
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
