import type { WindowAttributes } from '../../backends/kernels.ts';
import { formatShape, ShapeError, ValueError } from '../../tensor/index.ts';

/** One size for all axes, or one for each. */
export type PerAxis = number | readonly number[];

/**
 * Zeros around the input: 'valid' none, 'same' so many that the output has ceil(input / stride)
 * cells, a number for all sides, one for each axis, or [before, after] for each axis.
 */
export type Padding =
  | 'valid'
  | 'same'
  | number
  | readonly number[]
  | readonly (readonly [number, number])[];

/** How a window slides. */
export interface WindowOptions {
  /** Step of the window; 1 by default (the window's size for pools). */
  readonly strides?: PerAxis;
  /** Zeros around the input; 'valid' by default. */
  readonly padding?: Padding;
  /** Distance between the window's cells; 1 by default. */
  readonly dilation?: PerAxis;
}

type Pair = readonly [number, number];

/** A window sliding over some axes. */
export interface Geometry {
  readonly strides: readonly number[];
  readonly padding: readonly Pair[];
  /** Cells by which the last window reaches beyond the padding. */
  readonly overhang: readonly number[];
  readonly dilation: readonly number[];
  /** Cells of the output along the axes. */
  readonly output: readonly number[];
}

/** Whole numbers >= `least`, one for each of `axes` axes. */
export function perAxis(
  op: string,
  name: string,
  value: PerAxis,
  axes: number,
  least = 1,
): readonly number[] {
  const list = typeof value === 'number' ? new Array<number>(axes).fill(value) : value;
  if (list.length !== axes || !list.every((n) => Number.isInteger(n) && n >= least)) {
    throw new ValueError(
      `${op}: ${name} must be a whole number >= ${least}, or ${axes} of them, received ` +
        `${typeof value === 'number' ? value : formatShape(value)}`,
    );
  }
  return list;
}

/** Length that a window covers along an axis. */
export const reachOf = (size: number, dilation: number): number => (size - 1) * dilation + 1;

/** Padding of Keras' 'same': the odd cell goes behind. */
export function samePadding(input: number, reach: number, stride: number): Pair {
  const total = Math.max(0, (Math.ceil(input / stride) - 1) * stride + reach - input);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

function paddingPairs(
  op: string,
  padding: Padding,
  input: readonly number[],
  reach: readonly number[],
  strides: readonly number[],
): readonly Pair[] {
  if (padding === 'valid') return input.map(() => [0, 0]);
  if (padding === 'same') return input.map((n, i) => samePadding(n, reach[i], strides[i]));
  const list = typeof padding === 'number' ? input.map(() => padding) : padding;
  const given: readonly (number | Pair)[] = Array.isArray(list) ? list : [];
  const pairs = given.map((p): Pair => (typeof p === 'number' ? [p, p] : p));
  const good = (n: unknown) => Number.isInteger(n) && (n as number) >= 0;
  if (pairs.length !== input.length || !pairs.every((p) => p.length === 2 && p.every(good))) {
    throw new ValueError(
      `${op}: padding must be 'valid', 'same', a whole number >= 0, or one number or ` +
        `[before, after] for each of ${input.length} axes, received ${JSON.stringify(padding)}`,
    );
  }
  return pairs;
}

/**
 * Where a window of `size` stops on an input of the given size; with `ceil` the last one may hang
 * over the end.
 */
export function windowGeometry(
  op: string,
  input: readonly number[],
  size: readonly number[],
  { strides = 1, padding = 'valid', dilation = 1 }: WindowOptions,
  ceil = false,
): Geometry {
  const axes = input.length;
  const steps = perAxis(op, 'strides', strides, axes);
  const gaps = perAxis(op, 'dilation', dilation, axes);
  const reach = size.map((n, i) => reachOf(n, gaps[i]));
  const pads = paddingPairs(op, padding, input, reach, steps);
  const output = input.map((n, i) => {
    const [before, after] = pads[i];
    const room = n + before + after - reach[i];
    if (room < 0) {
      throw new ShapeError(
        `${op}: a window of ${formatShape(reach)} does not fit into an input of ` +
          `${formatShape(input)} with padding ${JSON.stringify(pads)}; ` +
          "use padding 'same', a smaller window or larger input",
      );
    }
    if (!ceil) return Math.floor(room / steps[i]) + 1;
    const cells = Math.ceil(room / steps[i]) + 1;
    // A window that would start behind the input is left out.
    return (cells - 1) * steps[i] >= n + before ? cells - 1 : cells;
  });
  const overhang = output.map((cells, i) => {
    const [before, after] = pads[i];
    return Math.max(0, (cells - 1) * steps[i] + reach[i] - input[i] - before - after);
  });
  return { strides: steps, padding: pads, overhang, dilation: gaps, output };
}

/** A geometry of one or two axes as the kernels take it, height 1 before a single axis. */
export function windowAttributes({
  strides,
  padding,
  overhang,
  dilation,
}: Geometry): WindowAttributes {
  const pair = <T>(list: readonly T[], one: T): readonly [T, T] =>
    list.length === 1 ? [one, list[0]] : [list[0], list[1]];
  return {
    strides: pair(strides, 1),
    padding: pair<Pair>(
      padding.map(([before, after], i) => [before, after + overhang[i]]),
      [0, 0],
    ),
    dilation: pair(dilation, 1),
  };
}
