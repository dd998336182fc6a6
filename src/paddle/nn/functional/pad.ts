// Elements added around a tensor.
import * as ops from '../../../ops/index.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  ShapeError,
  ValueError,
} from '../../../tensor/index.ts';
import { define } from '../../signature.ts';
import { type Integers, toList } from '../../sizes.ts';
import { type TensorLike, unwrap, wrap } from '../../tensor.ts';

type Widths = readonly [number, number][];

/**
 * Widths for all axes. Two numbers for each spatial axis go from the last to the first of them; in
 * mode 'constant' any other even number of them goes from the last axis to the first, but all of
 * them from the first.
 */
function widthsOf(
  x: CoreTensor,
  list: readonly number[],
  mode: string,
  dataFormat: string | undefined,
  fromLeft: boolean,
): Widths {
  const pairs = Array.from({ length: list.length / 2 }, (_, i): [number, number] => [
    list[2 * i],
    list[2 * i + 1],
  ]);
  const spatial = x.rank - 2;
  const none = (): [number, number][] => x.shape.map(() => [0, 0]);
  if (pairs.length === spatial && spatial >= 1) {
    const format = dataFormat?.toUpperCase() ?? 'NC';
    const first = format.startsWith('NC') ? 2 : 1;
    const widths = none();
    pairs.forEach((pair, i) => {
      widths[first + spatial - 1 - i] = pair;
    });
    return widths;
  }
  if (mode !== 'constant' || pairs.length > x.rank || list.length % 2) {
    throw new ShapeError(
      `pad: expected ${2 * Math.max(0, spatial)} widths for the spatial axes of ${formatShape(x.shape)}, received ${list.length}`,
    );
  }
  if (pairs.length === x.rank && fromLeft) return pairs;
  const widths = none();
  pairs.forEach((pair, i) => {
    widths[x.rank - 1 - i] = pair;
  });
  return widths;
}

/** The tensor continued from its other end. */
function circular(x: CoreTensor, widths: Widths): CoreTensor {
  return widths.reduce((padded, [before, after], axis) => {
    const size = x.shape[axis];
    if (before + after === 0) return padded;
    const places = Array.from(
      { length: before + size + after },
      (_, i) => (((i - before) % size) + size) % size,
    );
    return ops.gather(padded, places, { axis });
  }, x);
}

/** Negative widths cut elements off. */
function constant(x: CoreTensor, widths: Widths, value: number): CoreTensor {
  const cut = widths.reduce((part, [before, after], axis) => {
    const [front, back] = [Math.max(0, -before), Math.max(0, -after)];
    return front + back ? ops.narrow(part, axis, front, part.shape[axis] - front - back) : part;
  }, x);
  return ops.pad(
    cut,
    widths.map(([before, after]) => [Math.max(0, before), Math.max(0, after)]),
    { value },
  );
}

/**
 * Elements added around a tensor: a value ('constant'), its mirror image ('reflect'), its edge
 * ('replicate') or its other end ('circular').
 * @example F.pad(images, [1, 1, 2, 2]); // left and right 1, top and bottom 2
 */
export const pad = define(
  'pad',
  ['x', 'pad'],
  ['mode', 'value', 'dataFormat', 'padFromLeftAxis'],
  (
    x: TensorLike,
    widths: Integers,
    mode: string = 'constant',
    value: number = 0,
    dataFormat?: string,
    padFromLeftAxis: boolean = true,
  ) => {
    const tensor = unwrap('pad', x);
    const list = toList('pad', 'pad', widths);
    const all = widthsOf(tensor, list, mode, dataFormat, padFromLeftAxis);
    switch (mode) {
      case 'constant':
        return wrap(constant(tensor, all, value));
      case 'reflect':
        return wrap(ops.pad(tensor, all, { mode: 'reflect' }));
      case 'replicate':
        return wrap(ops.pad(tensor, all, { mode: 'edge' }));
      case 'circular':
        return wrap(circular(tensor, all));
      default:
        throw new ValueError(
          `pad: mode must be constant, reflect, replicate or circular, received '${mode}'`,
        );
    }
  },
);

/** Zeros around images: left, right, top, bottom. */
export const zeropad2d = define(
  'zeropad2d',
  ['x', 'padding'],
  ['dataFormat'],
  (x: TensorLike, padding: Integers, dataFormat: string = 'NCHW') => {
    const list = toList('zeropad2d', 'padding', padding);
    const four = list.length === 1 ? [list[0], list[0], list[0], list[0]] : list;
    return pad(x, four, 'constant', 0, dataFormat);
  },
);
