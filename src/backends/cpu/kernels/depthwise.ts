import { findCells, type Window } from './window.ts';

/**
 * Convolutions with one input channel a group, on numbers: image [cells, channels], filter [taps, channels * multiplier],
 * output or its gradient [count, channels * multiplier] for pixels from `first` on.
 */
type Pass = (
  window: Window,
  image: Float64Array,
  filter: Float64Array,
  output: Float64Array,
  first: number,
  count: number,
) => void;

/** Calls `visit` with where the image's, the filter's and the output's channels begin, for each tap inside the image. */
function forEachTap(
  window: Window,
  outChannels: number,
  first: number,
  count: number,
  visit: (image: number, filter: number, output: number) => void,
): void {
  const cells = new Int32Array(window.size[0] * window.size[1]);
  for (let i = 0; i < count; i++) {
    findCells(window, first + i, cells);
    for (let tap = 0; tap < cells.length; tap++) {
      if (cells[tap] >= 0) visit(cells[tap] * window.channels, tap * outChannels, i * outChannels);
    }
  }
}

const outChannelsOf = (window: Window, filter: Float64Array): number =>
  filter.length / (window.size[0] * window.size[1]);

export const forward: Pass = (window, image, filter, output, first, count) => {
  const outChannels = outChannelsOf(window, filter);
  const multiplier = outChannels / window.channels;
  forEachTap(window, outChannels, first, count, (x, f, y) => {
    for (let c = 0, o = 0; c < window.channels; c++) {
      const value = image[x + c];
      for (let j = 0; j < multiplier; j++, o++) output[y + o] += value * filter[f + o];
    }
  });
};

export const inputGrad: Pass = (window, image, filter, output, first, count) => {
  const outChannels = outChannelsOf(window, filter);
  const multiplier = outChannels / window.channels;
  forEachTap(window, outChannels, first, count, (x, f, y) => {
    for (let c = 0, o = 0; c < window.channels; c++) {
      for (let j = 0; j < multiplier; j++, o++) image[x + c] += output[y + o] * filter[f + o];
    }
  });
};

export const filterGrad: Pass = (window, image, filter, output, first, count) => {
  const outChannels = outChannelsOf(window, filter);
  const multiplier = outChannels / window.channels;
  forEachTap(window, outChannels, first, count, (x, f, y) => {
    for (let c = 0, o = 0; c < window.channels; c++) {
      const value = image[x + c];
      for (let j = 0; j < multiplier; j++, o++) filter[f + o] += value * output[y + o];
    }
  });
};
