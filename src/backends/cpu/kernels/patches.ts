import { findCells, type Window } from './window.ts';

/**
 * Lays out what the window sees at `count` output pixels from `first` on, one row of [taps, depth] a pixel: `depth` channels
 * from `channel` on, zeros in the padding.
 */
export function fillPatches(
  window: Window,
  image: Float64Array,
  channel: number,
  depth: number,
  first: number,
  count: number,
  patches: Float64Array,
): void {
  const cells = new Int32Array(window.size[0] * window.size[1]);
  let to = 0;
  for (let pixel = first; pixel < first + count; pixel++) {
    findCells(window, pixel, cells);
    for (let tap = 0; tap < cells.length; tap++) {
      const from = cells[tap] * window.channels + channel;
      if (cells[tap] < 0) patches.fill(0, to, to + depth);
      else for (let c = 0; c < depth; c++) patches[to + c] = image[from + c];
      to += depth;
    }
  }
}

/** The adjoint of `fillPatches`: adds the patches to the image, and drops what lies in the padding. */
export function addPatches(
  window: Window,
  image: Float64Array,
  channel: number,
  depth: number,
  first: number,
  count: number,
  patches: Float64Array,
): void {
  const cells = new Int32Array(window.size[0] * window.size[1]);
  let from = 0;
  for (let pixel = first; pixel < first + count; pixel++) {
    findCells(window, pixel, cells);
    for (let tap = 0; tap < cells.length; tap++) {
      const to = cells[tap] * window.channels + channel;
      if (cells[tap] >= 0) for (let c = 0; c < depth; c++) image[to + c] += patches[from + c];
      from += depth;
    }
  }
}
