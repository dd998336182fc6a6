import type { Kernel } from '../../kernels.ts';
import { Cursor } from '../cursor.ts';
import { findCells, type Window, windowOf } from './window.ts';

export const pool2d: Kernel<'pool2d'> = ([x], [y], attributes) => {
  const window = windowOf(x, y, attributes.size, attributes);
  const { images, channels } = window;
  const image = new Float64Array(window.height * window.width * channels);
  const pixels = window.outHeight * window.outWidth;
  const reader = new Cursor(x);
  const writer = new Cursor(y);
  const cells = new Int32Array(attributes.size[0] * attributes.size[1]);
  const result = new Float64Array(channels);
  const winners = new Int32Array(channels);
  for (let n = 0; n < images; n++) {
    reader.read(image, image.length);
    for (let pixel = 0; pixel < pixels; pixel++) {
      findCells(window, pixel, cells);
      if (attributes.op === 'max') {
        findMaxima(window, image, cells, winners);
        for (let c = 0; c < channels; c++)
          result[c] = winners[c] < 0 ? Number.NEGATIVE_INFINITY : image[winners[c]];
      } else {
        addCells(image, cells, result);
        const divisor = countOf(cells, attributes.countPadding);
        for (let c = 0; c < channels; c++) result[c] /= divisor;
      }
      writer.write(result, channels);
    }
  }
};

export const pool2dGrad: Kernel<'pool2dGrad'> = ([dy, x], [dx], attributes) => {
  const window = windowOf(x, dy, attributes.size, attributes);
  const { images, channels } = window;
  const image = new Float64Array(window.height * window.width * channels);
  const gradient = new Float64Array(image.length);
  const pixels = window.outHeight * window.outWidth;
  const reader = new Cursor(x);
  const gradientReader = new Cursor(dy);
  const writer = new Cursor(dx);
  const cells = new Int32Array(attributes.size[0] * attributes.size[1]);
  const arrived = new Float64Array(channels);
  const winners = new Int32Array(channels);
  for (let n = 0; n < images; n++) {
    if (attributes.op === 'max') reader.read(image, image.length);
    gradient.fill(0);
    for (let pixel = 0; pixel < pixels; pixel++) {
      gradientReader.read(arrived, channels);
      findCells(window, pixel, cells);
      if (attributes.op === 'max') {
        findMaxima(window, image, cells, winners);
        for (let c = 0; c < channels; c++) if (winners[c] >= 0) gradient[winners[c]] += arrived[c];
      } else {
        const divisor = countOf(cells, attributes.countPadding);
        for (const cell of cells) {
          if (cell < 0) continue;
          const at = cell * channels;
          for (let c = 0; c < channels; c++) gradient[at + c] += arrived[c] / divisor;
        }
      }
    }
    writer.write(gradient, gradient.length);
  }
};

/** Where the first maximum of each channel lies (a NaN is one), -1 if the window sees padding alone. */
function findMaxima(
  { channels }: Window,
  image: Float64Array,
  cells: Int32Array,
  winners: Int32Array,
): void {
  winners.fill(-1);
  for (let tap = 0; tap < cells.length; tap++) {
    if (cells[tap] < 0) continue;
    const at = cells[tap] * channels;
    for (let c = 0; c < channels; c++) {
      const value = image[at + c];
      const best = image[winners[c]];
      if (winners[c] < 0 || value > best || (Number.isNaN(value) && !Number.isNaN(best)))
        winners[c] = at + c;
    }
  }
}

function addCells(image: Float64Array, cells: Int32Array, sums: Float64Array): void {
  sums.fill(0);
  const channels = sums.length;
  for (let tap = 0; tap < cells.length; tap++) {
    if (cells[tap] < 0) continue;
    const at = cells[tap] * channels;
    for (let c = 0; c < channels; c++) sums[c] += image[at + c];
  }
}

/** What an average divides by; 1 for a window that sees padding alone, whose sum is 0. */
function countOf(cells: Int32Array, countPadding: boolean): number {
  if (countPadding) return cells.length;
  let count = 0;
  for (let tap = 0; tap < cells.length; tap++) if (cells[tap] >= 0) count++;
  return Math.max(1, count);
}
