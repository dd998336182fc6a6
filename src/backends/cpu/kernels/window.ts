import type { View } from '../../../tensor/index.ts';
import type { WindowAttributes } from '../../kernels.ts';

/** A window that slides over images [n, height, width, channels] and gives one of [n, outHeight, outWidth, …]. */
export interface Window extends WindowAttributes {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly size: readonly [number, number];
}

/** The window of a size that leads from one NHWC view to another. */
export function windowOf(
  image: View,
  result: View,
  size: readonly [number, number],
  { strides, padding, dilation }: WindowAttributes,
): Window {
  const [images, height, width, channels] = image.shape;
  const [, outHeight, outWidth] = result.shape;
  return { images, height, width, channels, outHeight, outWidth, size, strides, padding, dilation };
}

/**
 * The cell (row times width plus column) that each tap of the window meets at output pixel `pixel`, -1 where it is in the
 * padding; into `cells`.
 */
export function findCells(window: Window, pixel: number, cells: Int32Array): void {
  const { height, width, outWidth, size, strides, padding, dilation } = window;
  const outRow = Math.floor(pixel / outWidth);
  const top = outRow * strides[0] - padding[0][0];
  const left = (pixel - outRow * outWidth) * strides[1] - padding[1][0];
  let tap = 0;
  for (let i = 0; i < size[0]; i++) {
    const row = top + i * dilation[0];
    const rowInside = row >= 0 && row < height;
    for (let j = 0; j < size[1]; j++) {
      const column = left + j * dilation[1];
      const inside = rowInside && column >= 0 && column < width;
      cells[tap++] = inside ? row * width + column : -1;
    }
  }
}
