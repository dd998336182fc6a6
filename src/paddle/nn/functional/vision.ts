// Pixels moved between places and channels.
import * as ops from '../../../ops/index.ts';
import { perAxis, windowGeometry } from '../../../ops/window/geometry.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  ShapeError,
  sizeOf,
  ValueError,
} from '../../../tensor/index.ts';
import { define } from '../../signature.ts';
import { Tensor, type TensorLike, unwrap, wrap } from '../../tensor.ts';
import { channelsFirst } from './layout.ts';

function images(
  op: string,
  x: TensorLike,
  dataFormat: string,
): { image: CoreTensor; first: boolean } {
  const tensor = unwrap(op, x);
  if (tensor.rank !== 4) {
    throw new ShapeError(
      `${op}: expected 4 axes (${dataFormat}), received ${formatShape(tensor.shape)}`,
    );
  }
  const first = channelsFirst(op, dataFormat);
  return { image: first ? tensor : ops.transpose(tensor, [0, 3, 1, 2]), first };
}

const back = (x: CoreTensor, first: boolean): Tensor =>
  wrap(first ? x : ops.transpose(x, [0, 2, 3, 1]));

/** Channels spread over places: [N, C r², H, W] to [N, C, H r, W r]. */
export const pixelShuffle = define(
  'pixelShuffle',
  ['x', 'upscaleFactor'],
  ['dataFormat'],
  (x: TensorLike, upscaleFactor: number, dataFormat: string = 'NCHW') => {
    const { image, first } = images('pixelShuffle', x, dataFormat);
    const [batch, channels, height, width] = image.shape;
    const r = upscaleFactor;
    if (channels % (r * r) !== 0) {
      throw new ShapeError(`pixelShuffle: ${channels} channels are not a multiple of ${r * r}`);
    }
    const parts = ops.reshape(image, [batch, channels / (r * r), r, r, height, width]);
    const turned = ops.transpose(parts, [0, 1, 4, 2, 5, 3]);
    return back(ops.reshape(turned, [batch, channels / (r * r), height * r, width * r]), first);
  },
);

/** Places gathered into channels: [N, C, H r, W r] to [N, C r², H, W]. */
export const pixelUnshuffle = define(
  'pixelUnshuffle',
  ['x', 'downscaleFactor'],
  ['dataFormat'],
  (x: TensorLike, downscaleFactor: number, dataFormat: string = 'NCHW') => {
    const { image, first } = images('pixelUnshuffle', x, dataFormat);
    const [batch, channels, height, width] = image.shape;
    const r = downscaleFactor;
    if (height % r !== 0 || width % r !== 0) {
      throw new ShapeError(
        `pixelUnshuffle: ${height} x ${width} places are not a multiple of ${r}`,
      );
    }
    const parts = ops.reshape(image, [batch, channels, height / r, r, width / r, r]);
    const turned = ops.transpose(parts, [0, 1, 3, 5, 2, 4]);
    return back(ops.reshape(turned, [batch, channels * r * r, height / r, width / r]), first);
  },
);

/** Channels dealt out to groups in turn. */
export const channelShuffle = define(
  'channelShuffle',
  ['x', 'groups'],
  ['dataFormat'],
  (x: TensorLike, groups: number, dataFormat: string = 'NCHW') => {
    const { image, first } = images('channelShuffle', x, dataFormat);
    const [batch, channels, height, width] = image.shape;
    if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
      throw new ValueError(`channelShuffle: ${channels} channels do not make ${groups} groups`);
    }
    const grouped = ops.reshape(image, [batch, groups, channels / groups, height, width]);
    return back(ops.reshape(ops.swapAxes(grouped, 1, 2), image.shape), first);
  },
);

/** Parts of the channels moved to the step before and the step after; [N T, C, H, W] of T steps. */
export const temporalShift = define(
  'temporalShift',
  ['x', 'segNum'],
  ['shiftRatio', 'dataFormat'],
  (x: TensorLike, segNum: number, shiftRatio: number = 0.25, dataFormat: string = 'NCHW') => {
    const { image, first } = images('temporalShift', x, dataFormat);
    const [all, channels, height, width] = image.shape;
    const steps = ops.reshape(image, [all / segNum, segNum, channels, height, width]);
    const cut = Math.floor(channels * shiftRatio);
    const second = Math.floor(channels * 2 * shiftRatio);
    const shifted = (from: number, to: number, by: number): CoreTensor => {
      const part = ops.narrow(steps, 2, from, to - from);
      const widths = [[0, 0], by > 0 ? [by, 0] : [0, -by], [0, 0], [0, 0], [0, 0]] as [
        number,
        number,
      ][];
      return ops.narrow(ops.pad(part, widths), 1, by > 0 ? 0 : -by, segNum);
    };
    const rest = ops.narrow(steps, 2, second, channels - second);
    const joined = ops.concat([shifted(0, cut, 1), shifted(cut, second, -1), rest], 2);
    return back(ops.reshape(joined, image.shape), first);
  },
);

/** Padding top, left, bottom and right. */
function sides(op: string, paddings: number | readonly number[]): [number, number, number, number] {
  const list = typeof paddings === 'number' ? [paddings, paddings] : paddings;
  if (list.length === 2) return [list[0], list[1], list[0], list[1]];
  if (list.length === 4) return [list[0], list[1], list[2], list[3]];
  throw new ValueError(
    `${op}: paddings must be one number, two or four, received ${list.join(', ')}`,
  );
}

interface Patches {
  /** Places in the padded image for each cell of the kernel and each patch: [cells, patches]. */
  readonly places: number[][];
  readonly padded: [number, number];
  readonly padding: [number, number, number, number];
}

function patchesOf(
  op: string,
  size: readonly number[],
  kernelSizes: number | readonly number[],
  strides: number | readonly number[],
  paddings: number | readonly number[],
  dilations: number | readonly number[],
): Patches {
  const kernel = perAxis(op, 'kernelSizes', kernelSizes, 2);
  const padding = sides(op, paddings);
  const [top, left, bottom, right] = padding;
  const windows = windowGeometry(op, size, kernel, {
    strides,
    padding: [
      [top, bottom],
      [left, right],
    ],
    dilation: dilations,
  });
  const [rows, columns] = windows.output;
  const [down, aside] = windows.strides;
  const [tall, wide] = windows.dilation;
  const padded: [number, number] = [size[0] + top + bottom, size[1] + left + right];
  const places = Array.from({ length: kernel[0] * kernel[1] }, (_, cell) => {
    const [i, j] = [Math.floor(cell / kernel[1]), cell % kernel[1]];
    return Array.from({ length: rows * columns }, (_, patch) => {
      const [row, column] = [Math.floor(patch / columns), patch % columns];
      return (row * down + i * tall) * padded[1] + column * aside + j * wide;
    });
  });
  return { places, padded, padding };
}

/** The patches of images, each a column: [N, C, H, W] to [N, C kh kw, patches]. */
export const unfold = define(
  'unfold',
  ['x', 'kernelSizes'],
  ['strides', 'paddings', 'dilations'],
  (
    x: TensorLike,
    kernelSizes: number | readonly number[],
    strides: number | readonly number[] = 1,
    paddings: number | readonly number[] = 0,
    dilations: number | readonly number[] = 1,
  ) => {
    const { image } = images('unfold', x, 'NCHW');
    const [batch, channels, height, width] = image.shape;
    const patches = patchesOf('unfold', [height, width], kernelSizes, strides, paddings, dilations);
    const [top, left, bottom, right] = patches.padding;
    const padded = ops.pad(image, [
      [0, 0],
      [0, 0],
      [top, bottom],
      [left, right],
    ]);
    const flat = ops.reshape(padded, [batch, channels, -1]);
    const columns = ops.gather(flat, patches.places, { axis: 2 });
    return wrap(
      ops.reshape(columns, [batch, channels * patches.places.length, patches.places[0].length]),
    );
  },
);

/** The way back from `unfold`: where patches overlap they add up. */
export const fold = define(
  'fold',
  ['x', 'outputSizes', 'kernelSizes'],
  ['strides', 'paddings', 'dilations'],
  (
    x: TensorLike,
    outputSizes: number | readonly number[],
    kernelSizes: number | readonly number[],
    strides: number | readonly number[] = 1,
    paddings: number | readonly number[] = 0,
    dilations: number | readonly number[] = 1,
  ) => {
    const columns = unwrap('fold', x);
    const [height, width] = perAxis('fold', 'outputSizes', outputSizes, 2);
    const patches = patchesOf('fold', [height, width], kernelSizes, strides, paddings, dilations);
    const [cells, count] = [patches.places.length, patches.places[0].length];
    if (columns.rank !== 3 || columns.shape[1] % cells !== 0 || columns.shape[2] !== count) {
      throw new ShapeError(
        `fold: expected [N, C * ${cells}, ${count}] for this size and kernel, received ${formatShape(columns.shape)}`,
      );
    }
    const batch = columns.shape[0];
    const channels = columns.shape[1] / cells;
    const rows = ops.reshape(columns, [batch, channels, cells, count]);
    const none = ops.zeros([batch, channels, patches.padded[0] * patches.padded[1]], {
      dtype: columns.dtype,
    });
    const summed = ops.scatterAdd(none, patches.places, rows, { axis: 2 });
    const whole = ops.reshape(summed, [batch, channels, ...patches.padded]);
    const [top, left] = patches.padding;
    return wrap(ops.narrow(ops.narrow(whole, 2, top, height), 3, left, width));
  },
);

/** Coordinates in [-1, 1] of `count` cells: their centers, or with the outer ones at the ends. */
const gridLine = (count: number, alignCorners: boolean): number[] =>
  Array.from({ length: count }, (_, i) =>
    alignCorners ? (count > 1 ? (2 * i) / (count - 1) - 1 : 0) : (2 * i + 1) / count - 1,
  );

/** Where affine maps [N, 2, 3] (or [N, 3, 4]) send the cells of images of `outShape`: [N, H, W, 2]. */
export const affineGrid = define(
  'affineGrid',
  ['theta', 'outShape'],
  ['alignCorners'],
  (theta: TensorLike, outShape: readonly number[] | Tensor, alignCorners: boolean = true) => {
    const map = unwrap('affineGrid', theta);
    const shape = outShape instanceof Tensor ? [...outShape.numpy()] : outShape;
    const sizes = shape.slice(2);
    const axes = sizes.length;
    if (map.rank !== 3 || map.shape[1] !== axes || map.shape[2] !== axes + 1) {
      throw new ShapeError(
        `affineGrid: expected maps [N, ${axes}, ${axes + 1}] for a shape of ${shape.join(', ')}, received ${formatShape(map.shape)}`,
      );
    }
    const lines = sizes.map((n) => gridLine(n, alignCorners));
    const points = lines.reduce<number[][]>(
      (list, line) => list.flatMap((point) => line.map((c) => [c, ...point])),
      [[]],
    );
    const base = ops.tensor(
      points.map((point) => [...point, 1]),
      { dtype: map.dtype },
    );
    const grid = ops.matmul(base, map, { transposeB: true });
    return wrap(ops.reshape(grid, [map.shape[0], ...sizes, axes]));
  },
);

/** Coordinates in [-1, 1] as places along an axis of `size` cells. */
function unnormalized(c: CoreTensor, size: number, alignCorners: boolean): CoreTensor {
  return alignCorners
    ? ops.mul(ops.add(c, 1), (size - 1) / 2)
    : ops.sub(ops.mul(ops.add(c, 1), size / 2), 0.5);
}

/** Places mirrored at the ends of the axis until they are inside. */
function reflected(at: CoreTensor, size: number, alignCorners: boolean): CoreTensor {
  const [low, span] = alignCorners ? [0, size - 1] : [-0.5, size];
  if (span === 0) return ops.mul(at, 0);
  const distance = ops.abs(ops.sub(at, low));
  const turned = ops.sub(span, ops.abs(ops.sub(ops.mod(distance, 2 * span), span)));
  return ops.clip(ops.add(turned, low), 0, size - 1);
}

/**
 * Images [N, C, H, W] (or volumes) read at the places of a grid [N, h, w, 2] of coordinates (x, y)
 * in [-1, 1]: 'bilinear' or 'nearest', outside 'zeros', the 'border' or its 'reflection'.
 */
export const gridSample = define(
  'gridSample',
  ['x', 'grid'],
  ['mode', 'paddingMode', 'alignCorners'],
  (
    x: TensorLike,
    grid: TensorLike,
    mode: string = 'bilinear',
    paddingMode: string = 'zeros',
    alignCorners: boolean = true,
  ) => {
    const [image, places] = [unwrap('gridSample', x), unwrap('gridSample', grid)];
    const sizes = image.shape.slice(2);
    const axes = sizes.length;
    if (places.rank !== image.rank || places.shape[places.rank - 1] !== axes) {
      throw new ShapeError(
        `gridSample: expected a grid [N, .., ${axes}] for images ${formatShape(image.shape)}, received ${formatShape(places.shape)}`,
      );
    }
    if (!['zeros', 'border', 'reflection'].includes(paddingMode)) {
      throw new ValueError(
        `gridSample: paddingMode must be zeros, border or reflection, received '${paddingMode}'`,
      );
    }
    // The last coordinate is that of the first spatial axis.
    const coordinates = sizes.map((size, axis) => {
      const column = ops.squeeze(ops.narrow(places, -1, axes - 1 - axis, 1), -1);
      const at = unnormalized(column, size, alignCorners);
      if (paddingMode === 'border') return ops.clip(at, 0, size - 1);
      return paddingMode === 'reflection' ? reflected(at, size, alignCorners) : at;
    });
    return wrap(sampled(image, coordinates, mode));
  },
);

/** The image at fractional places: one cell, or the cells around them with their weights. */
function sampled(image: CoreTensor, at: readonly CoreTensor[], mode: string): CoreTensor {
  const sizes = image.shape.slice(2);
  const [batch, channels] = image.shape;
  const cells = sizeOf(sizes);
  const last = ops.transpose(ops.reshape(image, [batch, channels, cells]), [0, 2, 1]);
  const flat = ops.reshape(last, [batch * cells, channels]);
  const image0 = ops.reshape(ops.arange(batch), [batch, ...sizes.map(() => 1)]);
  const pick = (corner: readonly CoreTensor[], weights: CoreTensor | null): CoreTensor => {
    const inside = corner
      .map((c, axis) => ops.logicalAnd(ops.greaterEqual(c, 0), ops.lessEqual(c, sizes[axis] - 1)))
      .reduce((a, b) => ops.logicalAnd(a, b));
    const place = corner.reduce(
      (sum, c, axis) =>
        ops.add(ops.mul(sum, sizes[axis]), ops.cast(ops.clip(c, 0, sizes[axis] - 1), 'int32')),
      image0,
    );
    const found = ops.gather(flat, place);
    const counted = weights ? ops.where(inside, weights, 0) : ops.cast(inside, image.dtype);
    return ops.mul(found, ops.expandDims(counted, -1));
  };
  let result: CoreTensor;
  if (mode === 'nearest') {
    result = pick(
      at.map((c) => ops.round(c.detach())),
      null,
    );
  } else if (mode === 'bilinear') {
    const low = at.map((c) => ops.floor(c.detach()));
    const near = at.map((c, axis) => ops.sub(c, low[axis]));
    const corners = Array.from({ length: 2 ** sizes.length }, (_, bits) => {
      const up = sizes.map((_, axis) => (bits >> axis) & 1);
      const corner = low.map((c, axis) => (up[axis] ? ops.add(c, 1) : c));
      const weight = near
        .map((w, axis) => (up[axis] ? w : ops.sub(1, w)))
        .reduce((a, b) => ops.mul(a, b));
      return pick(corner, weight);
    });
    result = corners.reduce((a, b) => ops.add(a, b));
  } else {
    throw new ValueError(`gridSample: mode must be bilinear or nearest, received '${mode}'`);
  }
  return ops.moveAxis(result, -1, 1);
}
