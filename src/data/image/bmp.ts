// Windows' bitmaps: https://learn.microsoft.com/windows/win32/gdi/bitmap-structures
import { FormatError } from '../../tensor/index.ts';
import type { RasterImage } from './raster-image.ts';

/** Where in a point's bits a colour is. */
interface Mask {
  readonly shift: number;
  /** Largest value. */
  readonly most: number;
}

/** What the headers say. */
interface Header {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  /** First byte of the points. */
  readonly start: number;
  readonly palette: Uint8Array | null;
  readonly masks: readonly Mask[] | null;
}

/** Whether bytes look like a bitmap's beginning. */
export const isBmp = (bytes: Uint8Array): boolean =>
  bytes.length >= 2 && bytes[0] === 0x42 && bytes[1] === 0x4d;

/** Height and width of a bitmap. */
export const bmpSize = (
  bytes: Uint8Array,
  file?: string,
): { readonly width: number; readonly height: number } => readHeader(bytes, file);

/**
 * A Windows bitmap as red, green, blue: of 1, 4, 8, 16, 24 or 32 bits a point, not compressed. Opacity is not looked at, since few
 * programs write it. Throws a FormatError for what is damaged or compressed.
 */
export function decodeBmp(bytes: Uint8Array, file?: string): RasterImage<Uint8Array> {
  const { width, height, topDown, bits, start, palette, masks } = readHeader(bytes, file);
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (start + stride * height > bytes.length) {
    throw new FormatError('the bitmap is truncated', {
      file,
      expected: `${start + stride * height} bytes`,
      received: String(bytes.length),
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const data = new Uint8Array(3 * width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const row = start + stride * (topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++, to += 3) {
      if (palette) {
        const bit = x * bits;
        const index = (bytes[row + (bit >> 3)] >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
        if (4 * index + 3 > palette.length) {
          throw new FormatError('a point has a colour that the palette lacks', {
            file,
            received: String(index),
          });
        }
        for (let c = 0; c < 3; c++) data[to + c] = palette[4 * index + 2 - c];
      } else if (masks) {
        const point =
          bits === 16 ? view.getUint16(row + 2 * x, true) : view.getUint32(row + 4 * x, true);
        for (let c = 0; c < 3; c++) {
          const { shift, most } = masks[c];
          data[to + c] = Math.round((((point >>> shift) & most) * 255) / most);
        }
      } else {
        const from = row + (bits >> 3) * x;
        for (let c = 0; c < 3; c++) data[to + c] = bytes[from + 2 - c];
      }
    }
  }
  return { width, height, channels: 3, data };
}

/** A bitmap of 24 bits a point, of an image of red, green and blue. */
export function encodeBmp({
  width,
  height,
  data,
}: RasterImage<Uint8Array>): Uint8Array<ArrayBuffer> {
  const stride = Math.ceil((3 * width) / 4) * 4;
  const bytes = new Uint8Array(54 + stride * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0, from = 0; y < height; y++) {
    let to = 54 + stride * (height - 1 - y);
    for (let x = 0; x < width; x++, from += 3, to += 3) {
      for (let c = 0; c < 3; c++) bytes[to + c] = data[from + 2 - c];
    }
  }
  return bytes;
}

const bitDepths = [1, 4, 8, 16, 24, 32];

function readHeader(bytes: Uint8Array, file?: string): Header {
  const bad = (message: string, expected?: string, received?: unknown): FormatError =>
    new FormatError(message, { file, expected, received: received as string | undefined });
  if (!isBmp(bytes) || bytes.length < 26) throw bad('no bitmap', 'BM and a header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = view.getUint32(10, true);
  const size = view.getUint32(14, true);
  const isCore = size === 12;
  if (!isCore && (size < 40 || bytes.length < 14 + size)) {
    throw bad('bad header of a bitmap', '12 bytes, or 40 and more', String(size));
  }
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const tall = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(isCore ? 24 : 28, true);
  const compression = isCore ? 0 : view.getUint32(30, true);
  const height = Math.abs(tall);
  if (width <= 0 || height === 0)
    throw bad('a bitmap without points', undefined, `${width} x ${tall}`);
  if (!bitDepths.includes(bits))
    throw bad('bad number of bits', bitDepths.join(', '), String(bits));
  const hasMasks = compression === 3 || compression === 6;
  if (compression !== 0 && !(hasMasks && bits >= 16)) {
    throw bad('a compressed bitmap; save it as PNG', 'compression 0 or 3', String(compression));
  }
  const entry = isCore ? 3 : 4;
  const tableAt = 14 + size;
  if (start < tableAt || start > bytes.length) {
    throw bad('bad place of the points', `${tableAt} to ${bytes.length}`, String(start));
  }
  return {
    width,
    height,
    topDown: tall < 0,
    bits,
    start,
    palette: bits <= 8 ? readPalette(bytes.subarray(tableAt, start), entry, bits) : null,
    masks: bits === 16 || hasMasks ? readMasks(view, bits, hasMasks, file) : null,
  };
}

/** Entries of four bytes: blue, green, red, nothing. */
function readPalette(table: Uint8Array, entry: number, bits: number): Uint8Array {
  const count = Math.min(1 << bits, Math.floor(table.length / entry));
  const palette = new Uint8Array(4 * count);
  for (let i = 0; i < count; i++) {
    palette.set(table.subarray(entry * i, entry * i + 3), 4 * i);
  }
  return palette;
}

function readMasks(view: DataView, bits: number, given: boolean, file?: string): Mask[] {
  // Five bits each unless the header says otherwise; both headers have the masks at the same place.
  if (!given) return [10, 5, 0].map((shift) => ({ shift, most: 31 }));
  if (view.byteLength < 66) throw new FormatError('the bitmap has no masks', { file });
  return [54, 58, 62].map((at) => {
    const mask = view.getUint32(at, true);
    const shift = 31 - Math.clz32(mask & -mask);
    const most = mask >>> Math.max(0, shift);
    if (mask === 0 || (most & (most + 1)) !== 0 || mask > 2 ** bits - 1) {
      throw new FormatError('bad mask of a colour', { file, received: mask.toString(16) });
    }
    return { shift, most };
  });
}
