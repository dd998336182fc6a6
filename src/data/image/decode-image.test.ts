import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError, GradusError } from '../../tensor/index.ts';
import { decodeBmp, encodeBmp as encode } from './bmp.ts';
import { readImage } from './decode-image.ts';
import { imageSize } from './image-size.ts';

const sharp = await import('sharp').then(
  (module) => module.default,
  () => null,
);
const withSharp = sharp ? describe : describe.skip;

const encodeBmp = (width: number, height: number, points: readonly number[]): Uint8Array =>
  encode({ width, height, channels: 3, data: Uint8Array.from(points) });

const points = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18];

describe('bitmaps', () => {
  test('of 24 bits', async () => {
    const { width, height, channels, data } = await readImage(encodeBmp(3, 2, points));
    expect([width, height, channels]).toEqual([3, 2, 3]);
    expect(Array.from(data)).toEqual(points);
  });

  test('of 32, 16 and 8 bits, from the top down, with masks and palettes', () => {
    const header = (bits: number, compression = 0, extra = 0) => {
      const bytes = new Uint8Array(54 + extra + 4 * 4);
      const view = new DataView(bytes.buffer);
      bytes.set([0x42, 0x4d]);
      view.setUint32(10, 54 + extra, true);
      view.setUint32(14, 40, true);
      view.setInt32(18, 2, true);
      view.setInt32(22, -1, true);
      view.setUint16(28, bits, true);
      view.setUint32(30, compression, true);
      return { bytes, view };
    };
    const deep = header(32);
    deep.bytes.set([30, 20, 10, 0, 60, 50, 40, 0], 54);
    expect(Array.from(decodeBmp(deep.bytes).data)).toEqual([10, 20, 30, 40, 50, 60]);
    const masked = header(16, 3, 12);
    [0xf800, 0x07e0, 0x001f].forEach((mask, i) => {
      masked.view.setUint32(54 + 4 * i, mask, true);
    });
    masked.view.setUint16(66, 0xf800, true);
    masked.view.setUint16(68, 0x07ff, true);
    expect(Array.from(decodeBmp(masked.bytes).data)).toEqual([255, 0, 0, 0, 255, 255]);
    const coloured = header(1, 0, 8);
    coloured.bytes.set([3, 2, 1, 0, 9, 8, 7, 0, 0b01000000], 54);
    expect(Array.from(decodeBmp(coloured.bytes).data)).toEqual([1, 2, 3, 7, 8, 9]);
  });

  test('nothing but a FormatError comes out of damaged ones', () => {
    const good = encodeBmp(3, 2, points);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 77 }),
        fc.integer({ min: 0, max: 255 }),
        (at, value) => {
          const bytes = good.slice();
          bytes[at] = value;
          try {
            decodeBmp(bytes);
            decodeBmp(bytes.subarray(0, at));
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

test('grey as Pillow has it', async () => {
  const { data, channels } = await readImage(encodeBmp(2, 1, [255, 0, 0, 10, 200, 30]), {
    colorMode: 'grayscale',
  });
  expect(channels).toBe(1);
  expect(Array.from(data)).toEqual([76, 124]);
});

describe('what is refused before it is decoded', () => {
  test.each([
    ['an empty file', new Uint8Array(0), /empty/],
    ['a bomb', bomb(20000, 20000), /too many points.*20000 x 20000/],
    ['more than maxPixels', encodeBmp(3, 2, points), /at most 5, received 3 x 2/],
  ])('%s', async (_, bytes, message) => {
    const read = readImage(bytes, message.source.includes('at most 5') ? { maxPixels: 5 } : {});
    await expect(read).rejects.toThrow(FormatError);
    await expect(read).rejects.toThrow(message);
  });
});

/** The beginning of a PNG that claims a size. */
function bomb(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(40);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  new DataView(bytes.buffer).setUint32(16, width);
  new DataView(bytes.buffer).setUint32(20, height);
  return bytes;
}

withSharp('with sharp', () => {
  const make = (width: number, height: number, background = { r: 200, g: 30, b: 20 }) =>
    (sharp as NonNullable<typeof sharp>)({ create: { width, height, channels: 3, background } });

  test.each(['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)('%s', async (format) => {
    const bytes = await make(31, 17).toFormat(format).toBuffer();
    const { width, height, data } = await readImage(bytes);
    expect([width, height, data.length]).toEqual([31, 17, 3 * 31 * 17]);
    for (const [i, value] of [200, 30, 20].entries()) {
      expect(Math.abs(data[i] - value)).toBeLessThanOrEqual(8);
    }
    const size = imageSize(bytes);
    if (format === 'tiff' || format === 'avif') expect(size).toBeNull();
    else expect(size).toEqual({ width: 31, height: 17 });
  });

  test('lossless WebP tells its size', async () => {
    expect(imageSize(await make(31, 17).webp({ lossless: true }).toBuffer())).toEqual({
      width: 31,
      height: 17,
    });
  });

  test('CMYK becomes red, green and blue', async () => {
    const { channels, data } = await readImage(
      await make(8, 8).toColourspace('cmyk').jpeg().toBuffer(),
    );
    expect(channels).toBe(3);
    expect(data[0]).toBeGreaterThan(data[1] + 80);
  });

  test('16 bits become 8', async () => {
    const bytes = await make(4, 4).toColourspace('rgb16').png().toBuffer();
    expect(Array.from((await readImage(bytes)).data.slice(0, 3))).toEqual([200, 30, 20]);
    const grey = await make(4, 4, { r: 90, g: 90, b: 90 }).toColourspace('grey16').png().toBuffer();
    expect(Array.from((await readImage(grey)).data.slice(0, 3))).toEqual([90, 90, 90]);
  });

  test('of an animation comes the first frame', async () => {
    const frames = (sharp as NonNullable<typeof sharp>)(
      [
        { r: 250, g: 0, b: 0 },
        { r: 0, g: 250, b: 0 },
      ].map((background) => ({
        create: { width: 6, height: 5, channels: 3 as const, background },
      })) as never,
      { join: { animated: true } },
    );
    const { width, height, data } = await readImage(await frames.gif().toBuffer());
    expect([width, height]).toEqual([6, 5]);
    expect(data[0]).toBeGreaterThan(200);
  });

  test('a photo is turned as the camera was held, unless it shall not be', async () => {
    const bytes = await make(20, 10).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await readImage(bytes)).toMatchObject({ width: 10, height: 20 });
    expect(await readImage(bytes, { orient: false })).toMatchObject({ width: 20, height: 10 });
  });

  test('what is transparent shows the ground', async () => {
    const bytes = await (sharp as NonNullable<typeof sharp>)({
      create: { width: 2, height: 2, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } },
    })
      .png()
      .toBuffer();
    expect((await readImage(bytes)).data[0]).toBe(127);
    const black = await readImage(bytes, { background: [0, 0, 0] });
    expect(black.data[0]).toBe(0);
  });

  test('a single point', async () => {
    const { data } = await readImage(await make(1, 1).png().toBuffer());
    expect(Array.from(data)).toEqual([200, 30, 20]);
  });

  test('no image, and half of one', async () => {
    const text = new TextEncoder().encode('This is a text and no photo at all, though it is long.');
    await expect(readImage(text)).rejects.toThrow(FormatError);
    const whole = await make(200, 200).jpeg().toBuffer();
    await expect(readImage(whole.subarray(0, whole.length / 2))).rejects.toThrow(GradusError);
  });
});
