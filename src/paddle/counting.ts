// Distinct values, counts and differences.
import * as ops from '../ops/index.ts';
import {
  type Tensor as CoreTensor,
  dtypes,
  formatShape,
  normalizeAxis,
  ShapeError,
  ValueError,
} from '../tensor/index.ts';
import { toDType } from './dtype.ts';
import { define, type Keyworded } from './signature.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from './tensor.ts';

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
