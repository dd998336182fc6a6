import { segmentRows } from '../reduce.ts';
import type { ConvShape } from './geometry.ts';

const mostSlices = 16;
/** Sums that all slices together may hold. */
const mostSums = 2 ** 22;

/** Images whose sums over all pixels make up one segment, as `reduce` has it; none where it cuts images. */
export function imagesPerSegment({ images, outHeight, outWidth }: ConvShape): number | null {
  const pixels = outHeight * outWidth;
  const segment = segmentRows(images * pixels, pixels) / pixels;
  return Number.isInteger(segment) ? segment : null;
}

/**
 * Images that a task goes through for the gradient of a filter: the images are cut into slices, by shape alone, each with
 * sums of its own, which are then added in a fixed order. Slices do not cut segments.
 */
export function imagesPerSlice(shape: ConvShape): number {
  const { images, kernelHeight, kernelWidth, channels, filters, groups } = shape;
  const sums = kernelHeight * kernelWidth * channels * filters * groups;
  const slices = Math.max(1, Math.min(images, mostSlices, Math.floor(mostSums / sums)));
  const wanted = Math.ceil(images / slices);
  const unit = imagesPerSegment(shape) ?? 1;
  return Math.max(1, Math.floor(wanted / unit)) * unit;
}
