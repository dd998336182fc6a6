// Sorting, ranks, and counts of values.
import * as ops from '../ops/index.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  isFloat,
  normalizeAxis,
  sizeOf,
  ValueError,
} from '../tensor/index.ts';
import { toDType } from './dtype.ts';
import { define, type Keyworded } from './signature.ts';
import { numberOf } from './sizes.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from './tensor.ts';

const int64 = (x: CoreTensor): Tensor => wrap(ops.cast(x, 'int64'));

type ArgExtreme = Keyworded<
  readonly ['x', 'axis', 'keepdim', 'dtype'],
  [x: TensorLike, axis?: number, keepdim?: boolean, dtype?: string],
  Tensor
>;

const argExtreme = (name: string, operation: typeof ops.argmax): ArgExtreme =>
  define(
    name,
    ['x'],
    ['axis', 'keepdim', 'dtype'],
    (x: TensorLike, axis?: number, keepdim: boolean = false, dtype: string = 'int64') =>
      wrap(
        ops.cast(operation(unwrap(name, x), axis ?? null, { keepDims: keepdim }), toDType(dtype)),
      ),
  );

/** The place of the first maximum along an axis, or among all elements. */
export const argmax = argExtreme('argmax', ops.argmax);
/** The place of the first minimum along an axis, or among all elements. */
export const argmin = argExtreme('argmin', ops.argmin);

/** The places that sort the elements along an axis, int64; equal ones keep their order. */
export const argsort = define(
  'argsort',
  ['x'],
  ['axis', 'descending', 'stable'],
  (x: TensorLike, axis: number = -1, descending: boolean = false, _stable: boolean = false) =>
    int64(ops.argsort(unwrap('argsort', x), axis, { descending })),
);

/** The elements in order along an axis; equal ones keep theirs. */
export const sort = define(
  'sort',
  ['x'],
  ['axis', 'descending', 'stable'],
  (x: TensorLike, axis: number = -1, descending: boolean = false, _stable: boolean = false) =>
    wrap(ops.sort(unwrap('sort', x), axis, { descending })),
);

/** The elements in order along the first axis. */
export const msort = define('msort', ['input'], [], (input: TensorLike) => sort(input, 0));

/** Values and places of the elements in order along the last axis. */
function ranked(x: CoreTensor, descending: boolean): { values: CoreTensor; places: CoreTensor } {
  const places = ops.argsort(x.detach(), -1, { descending });
  return { values: ops.takeAlongAxis(x, places, -1), places };
}

/** The tensor with an axis at the end, and how to undo that. */
function axisLast(
  op: string,
  x: CoreTensor,
  axis: number,
): { last: CoreTensor; back: (y: CoreTensor) => CoreTensor } {
  const at = normalizeAxis(op, axis, x.rank);
  return { last: ops.moveAxis(x, at, -1), back: (y) => ops.moveAxis(y, -1, at) };
}

/** The k largest (or smallest) elements along an axis with their places, the most extreme first. */
export const topk = define(
  'topk',
  ['x', 'k'],
  ['axis', 'largest', 'sorted'],
  (
    x: TensorLike,
    k: number | Tensor,
    axis: number = -1,
    largest: boolean = true,
    _sorted: boolean = true,
  ): [Tensor, Tensor] => {
    const tensor = unwrap('topk', x);
    const count = numberOf(k);
    if (tensor.rank === 0) return [wrap(ops.copy(tensor)), wrap(ops.zeros([], { dtype: 'int64' }))];
    const { last, back } = axisLast('topk', tensor, axis);
    const size = last.shape[last.rank - 1];
    if (!Number.isInteger(count) || count < 1 || count > size) {
      throw new ValueError(
        `topk: k must be a whole number from 1 to ${size}, the size of axis ${axis} of ` +
          `${formatShape(tensor.shape)}, received ${count}`,
      );
    }
    const places = ops.narrow(
      ops.argsort(last.detach(), -1, { descending: largest }),
      -1,
      0,
      count,
    );
    return [wrap(back(ops.takeAlongAxis(last, places, -1))), int64(back(places))];
  },
);

/** The k-th smallest element along an axis, and its place. */
export const kthvalue = define(
  'kthvalue',
  ['x', 'k'],
  ['axis', 'keepdim'],
  (x: TensorLike, k: number, axis: number = -1, keepdim: boolean = false): [Tensor, Tensor] => {
    const tensor = unwrap('kthvalue', x);
    const { last, back } = axisLast('kthvalue', tensor, axis);
    const size = last.shape[last.rank - 1];
    if (!Number.isInteger(k) || k < 1 || k > size) {
      throw new ValueError(`kthvalue: k must be from 1 to ${size}, received ${k}`);
    }
    const { values, places } = ranked(last, false);
    return [values, places].map((found, i) => {
      const kept = back(ops.narrow(found, -1, k - 1, 1));
      const shaped = keepdim
        ? kept
        : ops.squeeze(kept, normalizeAxis('kthvalue', axis, tensor.rank));
      return i ? int64(shaped) : wrap(shaped);
    }) as [Tensor, Tensor];
  },
);

/** The most frequent element along an axis (the smallest of several), and its last place. */
export const mode = define(
  'mode',
  ['x'],
  ['axis', 'keepdim'],
  (x: TensorLike, axis: number = -1, keepdim: boolean = false): [Tensor, Tensor] => {
    const tensor = unwrap('mode', x);
    const { last, back } = axisLast('mode', tensor, axis);
    const size = last.shape[last.rank - 1];
    const data = last.detach().dataSync();
    const found = Int32Array.from({ length: data.length / size }, (_, row) =>
      modeOf(data.subarray(row * size, (row + 1) * size)),
    );
    const places = ops.reshape(ops.tensor(found), [...last.shape.slice(0, -1), 1]);
    return [ops.takeAlongAxis(last, places, -1), places].map((part, i) => {
      const kept = back(part);
      const shaped = keepdim ? kept : ops.squeeze(kept, normalizeAxis('mode', axis, tensor.rank));
      return i ? int64(shaped) : wrap(shaped);
    }) as [Tensor, Tensor];
  },
);

function modeOf(row: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < row.length; i++) counts.set(row[i], (counts.get(row[i]) ?? 0) + 1);
  let best = row[0];
  for (const [value, count] of counts) {
    const most = counts.get(best) as number;
    if (count > most || (count === most && value < best)) best = value;
  }
  return Array.from(row).lastIndexOf(best);
}

/** Where values would be put into a sorted sequence to keep it sorted. */
export const searchsorted = define(
  'searchsorted',
  ['sortedSequence', 'values'],
  ['outInt32', 'right'],
  (
    sortedSequence: TensorLike,
    values: TensorLike,
    outInt32: boolean = false,
    right: boolean = false,
  ) => {
    const [sequence, wanted] = [
      unwrap('searchsorted', sortedSequence),
      unwrap('searchsorted', values),
    ];
    const found =
      sequence.rank === 1
        ? ops.searchSorted(sequence, wanted, { side: right ? 'right' : 'left' })
        : searchRows(sequence, wanted, right);
    return wrap(ops.cast(found, outInt32 ? 'int32' : 'int64'));
  },
);

/** `searchsorted` of each row's values in its own row: how many elements come before each value. */
function searchRows(sequence: CoreTensor, values: CoreTensor, right: boolean): CoreTensor {
  const [row, value] = [ops.expandDims(sequence, -2), ops.expandDims(values, -1)];
  return ops.countNonzero(right ? ops.lessEqual(row, value) : ops.less(row, value), -1);
}

/** Which of the buckets between sorted bounds each value falls into. */
export const bucketize = define(
  'bucketize',
  ['x', 'sortedSequence'],
  ['outInt32', 'right'],
  (x: TensorLike, sortedSequence: TensorLike, outInt32: boolean = false, right: boolean = false) =>
    searchsorted(sortedSequence, x, outInt32, right),
);

/** Elements along one axis, or all of them, as the last axis of a float tensor. */
function columns(
  op: string,
  x: CoreTensor,
  axis: number | readonly number[] | undefined,
): { last: CoreTensor; axes: number[] } {
  const float = isFloat(x.dtype) ? x : ops.cast(x, 'float32');
  const list = axis === undefined ? [] : typeof axis === 'number' ? [axis] : axis;
  const axes = (list.length ? list : x.shape.map((_, i) => i)).map((a) =>
    normalizeAxis(op, a, x.rank),
  );
  const others = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const size = sizeOf(axes.map((i) => x.shape[i]));
  const turned = ops.transpose(float, [...others, ...axes]);
  return { last: ops.reshape(turned, [...others.map((i) => x.shape[i]), size]), axes };
}

/** The result of a reduction of `axes`, with those axes of size 1 if they are kept. */
const reduced = (
  found: CoreTensor,
  x: CoreTensor,
  axes: readonly number[],
  keepdim: boolean,
): CoreTensor =>
  keepdim
    ? ops.reshape(
        found,
        x.shape.map((n, i) => (axes.includes(i) ? 1 : n)),
      )
    : found;

type Interpolation = 'linear' | 'lower' | 'higher' | 'nearest' | 'midpoint';

/**
 * The q-quantile along the last axis. NaN ranks last; `ignoreNaN` leaves it out, else it makes the
 * result NaN.
 */
function quantileOf(
  x: CoreTensor,
  q: number,
  interpolation: Interpolation,
  ignoreNaN: boolean,
): CoreTensor {
  if (!(q >= 0 && q <= 1)) throw new ValueError(`quantile: q must lie in [0, 1], received ${q}`);
  const { values } = ranked(x, false);
  const size = x.shape[x.rank - 1];
  const missing = ops.isNaN(x.detach());
  const lastPlace = ignoreNaN
    ? ops.maximum(ops.sub(size - 1, ops.countNonzero(missing, -1, { keepDims: true })), 0)
    : ops.full([...x.shape.slice(0, -1), 1], size - 1, { dtype: 'int32' });
  // One NaN among them is the result, and gets the gradient: it ranks last.
  const any = ops.any(missing, -1, { keepDims: true });
  const inside = ops.mul(ops.cast(lastPlace, 'float64'), q);
  const at = ignoreNaN ? inside : ops.where(any, size - 1, inside);
  const nearby = { lower: ops.floor, higher: ops.ceil, nearest: ops.round } as const;
  const pick = (place: CoreTensor) => ops.takeAlongAxis(values, ops.cast(place, 'int32'), -1);
  const [low, high] = [pick(ops.floor(at)), pick(ops.ceil(at))];
  const weight = ops.cast(ops.sub(at, ops.floor(at)), x.dtype);
  const found =
    interpolation === 'linear'
      ? ops.lerp(low, high, weight)
      : interpolation === 'midpoint'
        ? ops.lerp(low, high, 0.5)
        : pick(nearby[interpolation](at));
  return ops.squeeze(found, -1);
}

const quantileFunction = (name: string, ignoreNaN: boolean) =>
  define(
    name,
    ['x', 'q'],
    ['axis', 'keepdim', 'interpolation'],
    (
      x: TensorLike,
      q: number | readonly number[] | Tensor,
      axis?: number | readonly number[],
      keepdim: boolean = false,
      interpolation: Interpolation = 'linear',
    ) => {
      const tensor = unwrap(name, x);
      const { last, axes } = columns(name, tensor, axis);
      const one = (p: number) =>
        reduced(quantileOf(last, p, interpolation, ignoreNaN), tensor, axes, keepdim);
      if (typeof q === 'number') return wrap(one(q));
      const list = Array.isArray(q) ? (q as readonly number[]) : [...(q as Tensor).numpy()];
      const scalar = !Array.isArray(q) && (q as Tensor).ndim === 0;
      return wrap(scalar ? one(list[0]) : ops.stack(list.map(one)));
    },
  );

/** The value below which the part `q` of the elements lies; NaN if one is NaN. */
export const quantile = quantileFunction('quantile', false);
/** `quantile` of all that is not NaN. */
export const nanquantile = quantileFunction('nanquantile', true);

const medianFunction = (name: string, ignoreNaN: boolean) =>
  define(
    name,
    ['x'],
    ['axis', 'keepdim', 'mode'],
    (
      x: TensorLike,
      axis?: number | readonly number[],
      keepdim: boolean = false,
      mode: 'avg' | 'min' = 'avg',
    ): Tensor | [Tensor, Tensor] => {
      const tensor = unwrap(name, x);
      const { last, axes } = columns(name, tensor, axis);
      if (mode === 'avg') {
        return wrap(reduced(quantileOf(last, 0.5, 'midpoint', ignoreNaN), tensor, axes, keepdim));
      }
      const value = reduced(quantileOf(last, 0.5, 'lower', ignoreNaN), tensor, axes, keepdim);
      if (axis === undefined) return wrap(value);
      const size = last.shape[last.rank - 1];
      const place = ops.narrow(ranked(last, false).places, -1, Math.floor((size - 1) / 2), 1);
      return [wrap(value), int64(reduced(ops.squeeze(place, -1), tensor, axes, keepdim))];
    },
  ) as unknown as Keyworded<
    readonly ['x', 'axis', 'keepdim', 'mode'],
    [x: TensorLike, axis?: number | readonly number[], keepdim?: boolean, mode?: 'avg' | 'min'],
    Tensor
  >;

/** The middle element: the mean of both middle ones, or (mode 'min') the lower with its place. */
export const median = medianFunction('median', false);
/** `median` of all that is not NaN. */
export const nanmedian = medianFunction('nanmedian', true);
