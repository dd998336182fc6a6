import { sizeOf, type View } from '../../../tensor/index.ts';
import type { ConvAttributes, Kernel } from '../../kernels.ts';
import { Cursor, fromNumbers, toNumbers } from '../cursor.ts';
import * as depthwise from './depthwise.ts';
import { makeEpilogue } from './epilogue.ts';
import { addPatches, fillPatches } from './patches.ts';
import { type Matrix, multiply, type Panels, packPanels, packRows } from './product.ts';
import { type Window, windowOf } from './window.ts';

/** Numbers in a block of patches: as much as a second-level cache holds. */
const PATCH_NUMBERS = 32768;

/** A convolution as products of patches [pixels, taps * channels] and the filter, group by group. */
interface Geometry {
  readonly window: Window;
  readonly groups: number;
  /** Channels of the input and of the output in one group. */
  readonly depth: number;
  readonly width: number;
  /** Channels of the output. */
  readonly outChannels: number;
  /** Rows of the filter matrix of a group: taps times depth. */
  readonly rows: number;
  /** Output pixels of an image, and how many of them are done at a time. */
  readonly pixels: number;
  readonly chunk: number;
}

function geometryOf(x: View, y: View, filter: View, attributes: ConvAttributes): Geometry {
  const [height, width, depth, outChannels] = filter.shape;
  const window = windowOf(x, y, [height, width], attributes);
  const rows = height * width * depth;
  const pixels = window.outHeight * window.outWidth;
  const chunk = Math.max(2, Math.min(pixels, Math.floor(PATCH_NUMBERS / Math.max(1, rows))));
  const { groups } = attributes;
  return { window, groups, depth, width: outChannels / groups, outChannels, rows, pixels, chunk };
}

/** One channel a group: there is nothing to sum over channels, and products of matrices would be all overhead. */
const isDepthwise = ({ depth, groups }: Geometry): boolean => depth === 1 && groups > 1;

/** A group's columns of a row-major matrix that has all output channels in its rows. */
const columnsOf = (data: Float64Array, group: number, g: Geometry): Matrix => ({
  data,
  offset: group * g.width,
  rowStride: g.outChannels,
  columnStride: 1,
});

const transposed = (m: Matrix): Matrix => ({
  ...m,
  rowStride: m.columnStride,
  columnStride: m.rowStride,
});

const patchMatrix = (data: Float64Array, g: Geometry): Matrix => ({
  data,
  offset: 0,
  rowStride: g.rows,
  columnStride: 1,
});

/** Calls `visit` for the chunks of each image's output pixels. */
function forEachChunk(g: Geometry, visit: (first: number, count: number) => void): void {
  for (let first = 0; first < g.pixels; first += g.chunk)
    visit(first, Math.min(g.chunk, g.pixels - first));
}

export const conv2d: Kernel<'conv2d'> = ([x, filter, bias], [y], attributes) => {
  const g = geometryOf(x, y, filter, attributes);
  const weights = toNumbers(filter);
  const finish = makeEpilogue(bias, attributes, g.outChannels);
  const image = new Float64Array(g.window.height * g.window.width * g.window.channels);
  const sums = new Float64Array(g.chunk * g.outChannels);
  const patches = new Float64Array(isDepthwise(g) ? 0 : g.chunk * g.rows);
  const panels = isDepthwise(g)
    ? []
    : groupsOf(g, (i) => packPanels(columnsOf(weights, i, g), g.rows, g.width));
  const reader = new Cursor(x);
  const writer = new Cursor(y);
  for (let n = 0; n < g.window.images; n++) {
    reader.read(image, image.length);
    forEachChunk(g, (first, count) => {
      sums.fill(0);
      if (isDepthwise(g)) depthwise.forward(g.window, image, weights, sums, first, count);
      panels.forEach((panel, group) => {
        fillPatches(g.window, image, group * g.depth, g.depth, first, count, patches);
        multiply(patchMatrix(patches, g), count, panel, sums, group * g.width, g.outChannels);
      });
      finish(sums, count * g.outChannels);
      writer.write(sums, count * g.outChannels);
    });
  }
};

const groupsOf = <T>({ groups }: Geometry, make: (group: number) => T): T[] =>
  Array.from({ length: groups }, (_, group) => make(group));

export const conv2dInputGrad: Kernel<'conv2dInputGrad'> = ([dy, filter], [dx], attributes) => {
  const g = geometryOf(dx, dy, filter, attributes);
  const weights = toNumbers(filter);
  const image = new Float64Array(g.window.height * g.window.width * g.window.channels);
  const gradients = new Float64Array(g.chunk * g.outChannels);
  const patches = new Float64Array(isDepthwise(g) ? 0 : g.chunk * g.rows);
  const panels = isDepthwise(g)
    ? []
    : groupsOf(g, (i) => packPanels(transposed(columnsOf(weights, i, g)), g.width, g.rows));
  const reader = new Cursor(dy);
  const writer = new Cursor(dx);
  for (let n = 0; n < g.window.images; n++) {
    image.fill(0);
    forEachChunk(g, (first, count) => {
      reader.read(gradients, count * g.outChannels);
      if (isDepthwise(g)) depthwise.inputGrad(g.window, image, weights, gradients, first, count);
      panels.forEach((panel, group) => {
        patches.fill(0);
        multiply(columnsOf(gradients, group, g), count, panel, patches, 0, g.rows);
        addPatches(g.window, image, group * g.depth, g.depth, first, count, patches);
      });
    });
    writer.write(image, image.length);
  }
};

export const conv2dFilterGrad: Kernel<'conv2dFilterGrad'> = ([x, dy], [dFilter], attributes) => {
  const g = geometryOf(x, dy, dFilter, attributes);
  const weights = new Float64Array(sizeOf(dFilter.shape));
  const image = new Float64Array(g.window.height * g.window.width * g.window.channels);
  const gradients = new Float64Array(g.chunk * g.outChannels);
  const patches = new Float64Array(isDepthwise(g) ? 0 : g.chunk * g.rows);
  const turned = new Float64Array(patches.length);
  const reader = new Cursor(x);
  const gradientReader = new Cursor(dy);
  let panels: Panels | undefined;
  for (let n = 0; n < g.window.images; n++) {
    reader.read(image, image.length);
    forEachChunk(g, (first, count) => {
      gradientReader.read(gradients, count * g.outChannels);
      if (isDepthwise(g)) {
        depthwise.filterGrad(g.window, image, weights, gradients, first, count);
        return;
      }
      for (let group = 0; group < g.groups; group++) {
        fillPatches(g.window, image, group * g.depth, g.depth, first, count, patches);
        panels = packPanels(columnsOf(gradients, group, g), count, g.width, panels);
        const rows = packRows(transposed(patchMatrix(patches, g)), g.rows, count, turned);
        multiply(rows, g.rows, panels, weights, group * g.width, g.outChannels);
      }
    });
  }
  fromNumbers(dFilter, weights);
};
