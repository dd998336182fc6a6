// Channels first or last: Paddle's NCHW is a transposed view of the NHWC that the kernels want.
import * as ops from '../../../ops/index.ts';
import { samePadding } from '../../../ops/window/geometry.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  ShapeError,
  ValueError,
} from '../../../tensor/index.ts';

const known = ['NC', 'NCL', 'NLC', 'NCW', 'NWC', 'NCHW', 'NHWC', 'NCDHW', 'NDHWC'];

/** Whether channels are the second axis in this format. */
export function channelsFirst(op: string, dataFormat: string): boolean {
  if (!known.includes(dataFormat)) {
    throw new ValueError(
      `${op}: dataFormat must be one of ${known.join(', ')}, received '${dataFormat}'`,
    );
  }
  return dataFormat.startsWith('NC');
}

/** The tensor with channels last. */
export function toChannelsLast(x: CoreTensor, first: boolean): CoreTensor {
  if (!first || x.rank < 3) return x;
  const axes = x.shape.map((_, axis) => axis);
  return ops.transpose(x, [0, ...axes.slice(2), 1]);
}

/** The tensor with channels where the format has them. */
export function fromChannelsLast(x: CoreTensor, first: boolean): CoreTensor {
  if (!first || x.rank < 3) return x;
  const axes = x.shape.map((_, axis) => axis);
  return ops.transpose(x, [0, x.rank - 1, ...axes.slice(1, -1)]);
}

/** Checks the number of axes: batch, channels and `spatial` others. */
export function checkRank(op: string, x: CoreTensor, spatial: number, dataFormat: string): void {
  if (x.rank === spatial + 2) return;
  throw new ShapeError(
    `${op}: expected an input of rank ${spatial + 2} (${dataFormat}), received ${formatShape(x.shape)}`,
  );
}

/** One number for all spatial axes, or one for each. */
export function perSpatial(
  op: string,
  name: string,
  value: number | readonly number[],
  spatial: number,
): number[] {
  const list = typeof value === 'number' ? new Array<number>(spatial).fill(value) : [...value];
  const full = list.length === 1 ? new Array<number>(spatial).fill(list[0]) : list;
  if (full.length !== spatial || !full.every(Number.isInteger)) {
    throw new ValueError(
      `${op}: ${name} must be a whole number or ${spatial} of them, received ${JSON.stringify(value)}`,
    );
  }
  return full;
}

/**
 * Padding as Paddle takes it: 'SAME', 'VALID', a number, one for each spatial axis, two for each
 * (before, after), or pairs for all axes of the format.
 */
export type PaddingLike = string | number | readonly number[] | readonly (readonly number[])[];

/** How windows are laid over the spatial axes. */
export interface Windows {
  readonly input: readonly number[];
  readonly size: readonly number[];
  readonly strides: readonly number[];
}

/** Padding before and after each spatial axis. */
export function paddingPairs(
  op: string,
  padding: PaddingLike,
  first: boolean,
  { input, size, strides }: Windows,
): (readonly [number, number])[] {
  const spatial = size.length;
  if (typeof padding === 'string') {
    switch (padding.toUpperCase()) {
      case 'VALID':
        return size.map(() => [0, 0]);
      case 'SAME':
        return size.map((n, i) => samePadding(input[i], n, strides[i]));
      default:
        throw new ValueError(
          `${op}: padding must be 'SAME', 'VALID' or numbers, received '${padding}'`,
        );
    }
  }
  if (typeof padding === 'number') return size.map(() => [padding, padding]);
  if (padding.every((side) => typeof side === 'number')) {
    const list = padding as readonly number[];
    if (list.length === spatial) return list.map((n) => [n, n]);
    if (list.length === 1) return size.map(() => [list[0], list[0]]);
    if (list.length === 2 * spatial) return size.map((_, i) => [list[2 * i], list[2 * i + 1]]);
  } else if (padding.length === spatial + 2) {
    const pairs = padding as readonly (readonly number[])[];
    const inner = first ? pairs.slice(2) : pairs.slice(1, -1);
    return inner.map(([before, after]) => [before, after]);
  }
  throw new ValueError(
    `${op}: padding must be a number, ${spatial} or ${2 * spatial} numbers, or pairs for all axes, ` +
      `received ${JSON.stringify(padding)}`,
  );
}
