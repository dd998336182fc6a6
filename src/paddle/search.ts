// Sorting, ranks, and counts of values.
import * as ops from '../ops/index.ts';
import {
  type Tensor as CoreTensor,
  dtypes,
  formatShape,
  isFloat,
  normalizeAxis,
  ShapeError,
  sizeOf,
  ValueError,
} from '../tensor/index.ts';
import { toDType } from './dtype.ts';
import { define, type Keyworded } from './signature.ts';
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
    const count = typeof k === 'number' ? k : Number(k.item());
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

/** The distinct elements in ascending order, and if asked for: first places, inverse, counts. */
export const unique = define(
  'unique',
  ['x'],
  ['returnIndex', 'returnInverse', 'returnCounts', 'axis', 'dtype', 'sorted'],
  (
    x: TensorLike,
    returnIndex: boolean = false,
    returnInverse: boolean = false,
    returnCounts: boolean = false,
    axis?: number,
    dtype: string = 'int64',
    _sorted: boolean = true,
  ): Tensor | Tensor[] => {
    const tensor = unwrap('unique', x);
    const found =
      axis === undefined
        ? ops.uniqueSync(tensor)
        : uniqueSlices(tensor, normalizeAxis('unique', axis, tensor.rank));
    const typed = (part: CoreTensor) => wrap(ops.cast(part, toDType(dtype)));
    const results = [
      wrap(found.values),
      ...(returnIndex ? [typed(found.indices)] : []),
      ...(returnInverse ? [typed(ops.reshape(found.inverse, [-1]))] : []),
      ...(returnCounts ? [typed(found.counts)] : []),
    ];
    return results.length === 1 ? results[0] : results;
  },
) as unknown as Keyworded<
  readonly ['x', 'returnIndex', 'returnInverse', 'returnCounts', 'axis', 'dtype', 'sorted'],
  [
    x: TensorLike,
    returnIndex?: boolean,
    returnInverse?: boolean,
    returnCounts?: boolean,
    axis?: number,
    dtype?: string,
    sorted?: boolean,
  ],
  Tensor & Tensor[]
>;

/** The distinct slices along an axis, in the order of their elements. */
function uniqueSlices(x: CoreTensor, axis: number): ops.UniqueResult {
  const rows = sliceRows(x, axis);
  const order = rows.map((_, i) => i).sort((a, b) => compareRows(rows[a], rows[b]) || a - b);
  const firsts: number[] = [];
  const counts: number[] = [];
  const inverse = new Int32Array(rows.length);
  order.forEach((at, i) => {
    if (i === 0 || compareRows(rows[order[i - 1]], rows[at]) !== 0) {
      firsts.push(at);
      counts.push(0);
    }
    counts[counts.length - 1]++;
    inverse[at] = firsts.length - 1;
  });
  const indices = ops.tensor(Int32Array.from(firsts));
  return {
    values: ops.gather(x, indices, { axis }),
    indices,
    inverse: ops.tensor(inverse),
    counts: ops.tensor(Int32Array.from(counts)),
  };
}

/** The elements of each slice along an axis. */
function sliceRows(x: CoreTensor, axis: number): ArrayLike<number>[] {
  const front = ops.moveAxis(x.detach(), axis, 0);
  const data = front.dataSync();
  const width = x.size / x.shape[axis];
  return Array.from({ length: x.shape[axis] }, (_, i) => data.subarray(i * width, (i + 1) * width));
}

function compareRows(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}

/** The elements (or slices along an axis) without those that equal the one before them. */
export const uniqueConsecutive = define(
  'uniqueConsecutive',
  ['x'],
  ['returnInverse', 'returnCounts', 'axis', 'dtype'],
  (
    x: TensorLike,
    returnInverse: boolean = false,
    returnCounts: boolean = false,
    axis?: number,
    dtype: string = 'int64',
  ): Tensor | Tensor[] => {
    const given = unwrap('uniqueConsecutive', x);
    const tensor = axis === undefined ? ops.reshape(given, [-1]) : given;
    const at = normalizeAxis('uniqueConsecutive', axis ?? 0, tensor.rank);
    const rows = sliceRows(tensor, at);
    const firsts: number[] = [];
    const counts: number[] = [];
    const inverse = rows.map((row, i) => {
      if (i === 0 || compareRows(rows[i - 1], row) !== 0) {
        firsts.push(i);
        counts.push(0);
      }
      counts[counts.length - 1]++;
      return firsts.length - 1;
    });
    const typed = (part: number[]) => wrap(ops.tensor(part, { dtype: toDType(dtype) }));
    const results = [
      wrap(ops.gather(tensor, Int32Array.from(firsts), { axis: at })),
      ...(returnInverse ? [typed(inverse)] : []),
      ...(returnCounts ? [typed(counts)] : []),
    ];
    return results.length === 1 ? results[0] : results;
  },
) as unknown as Keyworded<
  readonly ['x', 'returnInverse', 'returnCounts', 'axis', 'dtype'],
  [x: TensorLike, returnInverse?: boolean, returnCounts?: boolean, axis?: number, dtype?: string],
  Tensor & Tensor[]
>;

/** How often each whole number from 0 on occurs; with weights, the sum of those. */
export const bincount = define(
  'bincount',
  ['x'],
  ['weights', 'minlength'],
  (x: TensorLike, weights?: TensorLike, minlength: number = 0) => {
    const tensor = unwrap('bincount', x);
    if (tensor.rank !== 1) {
      throw new ShapeError(`bincount: expected one axis, received ${formatShape(tensor.shape)}`);
    }
    const values = tensor.dataSync();
    if (values.some((n: number) => n < 0)) {
      throw new ValueError('bincount: expected numbers from 0 on, received a negative one');
    }
    const length = Math.max(minlength, ...Array.from(values, (n) => n + 1));
    const by =
      weights === undefined
        ? ops.onesLike(tensor.detach(), { dtype: 'int64' })
        : unwrap('bincount', weights);
    const none = ops.zeros([length], { dtype: by.dtype });
    return wrap(tensor.size ? ops.scatterAdd(none, tensor, by) : none);
  },
);

/** The range of a histogram: as given, that of the data if both ends are 0, one wide if it has no width. */
function rangeOf(data: ArrayLike<number>, min: number, max: number): [number, number] {
  let [low, high] = [min, max];
  if (low === 0 && high === 0 && data.length) {
    const list = Array.from(data);
    low = list.reduce((a, b) => Math.min(a, b));
    high = list.reduce((a, b) => Math.max(a, b));
  }
  return low === high ? [low - 1, high + 1] : [low, high];
}

/** How many elements fall into each of `bins` equal bins from `min` to `max`; int64, or a density. */
export const histogram = define(
  'histogram',
  ['input'],
  ['bins', 'min', 'max', 'weight', 'density'],
  (
    input: TensorLike,
    bins: number = 100,
    min: number = 0,
    max: number = 0,
    weight?: TensorLike,
    density: boolean = false,
  ) => {
    const data = unwrap('histogram', input).dataSync();
    const weights = weight === undefined ? null : unwrap('histogram', weight).dataSync();
    const [low, high] = rangeOf(data, min, max);
    const counts = new Float64Array(bins);
    for (let i = 0; i < data.length; i++) {
      if (!(data[i] >= low && data[i] <= high)) continue;
      const bin = Math.min(bins - 1, Math.floor(((data[i] - low) * bins) / (high - low)));
      counts[bin] += weights ? weights[i] : 1;
    }
    const width = (high - low) / bins;
    const total = counts.reduce((a, b) => a + b, 0);
    const result = density ? counts.map((n) => n / total / width) : counts;
    return wrap(ops.tensor(result, { dtype: density || weights ? 'float32' : 'int64' }));
  },
);

/** The `bins + 1` bounds of the bins of `histogram`. */
export const histogramBinEdges = define(
  'histogramBinEdges',
  ['input'],
  ['bins', 'min', 'max'],
  (input: TensorLike, bins: number = 100, min: number = 0, max: number = 0) => {
    const [low, high] = rangeOf(unwrap('histogramBinEdges', input).dataSync(), min, max);
    return wrap(ops.linspace(low, high, bins + 1));
  },
);

/** Differences of neighbours along an axis, `n` times. */
export const diff = define(
  'diff',
  ['x'],
  ['n', 'axis', 'prepend', 'append'],
  (x: TensorLike, n: number = 1, axis: number = -1, prepend?: TensorLike, append?: TensorLike) => {
    let tensor = unwrap('diff', x);
    const at = normalizeAxis('diff', axis, tensor.rank);
    const parts = [prepend, x, append].flatMap((part) =>
      part === undefined ? [] : [unwrap('diff', part)],
    );
    if (parts.length > 1) tensor = ops.concat(parts, at);
    for (let i = 0; i < n; i++) {
      const size = tensor.shape[at];
      const [next, own] = [
        ops.narrow(tensor, at, 1, size - 1),
        ops.narrow(tensor, at, 0, size - 1),
      ];
      tensor =
        dtypes[tensor.dtype].kind === 'bool' ? ops.logicalXor(next, own) : ops.sub(next, own);
    }
    return wrap(tensor);
  },
);
