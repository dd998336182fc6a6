// Elements by their places: indexing, gathering and scattering.
import * as ops from '../ops/index.ts';
import {
  Tensor as CoreTensor,
  type NestedArray,
  normalizeAxis,
  sameShape,
  ValueError,
} from '../tensor/index.ts';
import { define } from './signature.ts';
import { numberOf } from './sizes.ts';
import { Tensor, type TensorLike, unwrap, wrap } from './tensor.ts';

/** A part of an axis: Python's `start:stop:step`. */
export interface Slice {
  readonly start?: number | null;
  readonly stop?: number | null;
  readonly step?: number | null;
}

/**
 * One item of Python's `x[…]`: a number, a slice (an object, or Python's text `'1:3'`), `null` for a
 * new axis, `'...'`, integers or booleans as a tensor or list.
 */
export type IndexItem =
  | number
  | boolean
  | string
  | null
  | Slice
  | TensorLike
  | readonly NestedArray[];

function sliceOf(text: string): ops.IndexItem {
  if (text === '...') return '...';
  const parts = text.split(':').map((part) => part.trim());
  if (parts.length < 2 || parts.length > 3 || !parts.every((part) => /^-?\d*$/.test(part))) {
    throw new ValueError(`index: expected a slice such as '1:3', ':' or '::2', received '${text}'`);
  }
  const [start, stop, step] = parts.map((part) => (part ? Number(part) : undefined));
  return bounds({ start, stop, step });
}

const bounds = ({ start, stop, step }: Slice): ops.IndexItem => ({
  ...(typeof start === 'number' && { start }),
  ...(typeof stop === 'number' && { stop }),
  ...(typeof step === 'number' && { step }),
});

function itemOf(item: IndexItem): ops.IndexItem {
  if (item === null || typeof item === 'number') return item;
  if (typeof item === 'string') return sliceOf(item);
  if (item instanceof Tensor) return item.tensor;
  if (item instanceof CoreTensor || Array.isArray(item)) return item as ops.IndexItem;
  if (typeof item === 'boolean') return ops.tensor([item]);
  return bounds(item as Slice);
}

/**
 * A part of a tensor by Python's indexing rules: `x.index(0, '1:3')` is `x[0, 1:3]`.
 * @example x.index('...', null, 0); x.index([0, 2]); x.index(x.greaterThan(0));
 */
export function index(x: TensorLike, ...items: IndexItem[]): Tensor {
  return wrap(ops.index(unwrap('index', x), ...items.map(itemOf)));
}

/** A copy of `x` whose elements at `items` are `value`, which has the shape of the part or stretches to it. */
export function withItems(
  x: CoreTensor,
  items: readonly IndexItem[],
  value: CoreTensor | number,
): CoreTensor {
  const places = ops.index(ops.reshape(ops.arange(x.size), x.shape), ...items.map(itemOf));
  const values =
    typeof value === 'number' ? ops.full([], value, { dtype: x.dtype }) : ops.cast(value, x.dtype);
  const extra = values.rank - places.rank;
  const fitting = extra > 0 ? ops.reshape(values, values.shape.slice(extra)) : values;
  const flat = ops.reshape(x, [-1]);
  return ops.reshape(ops.scatterSet(flat, places, ops.broadcastTo(fitting, places.shape)), x.shape);
}

/**
 * Python's `x[items] = value`, in place.
 * @example x.setItem([0, '1:3'], 7);
 */
export function setItem(
  x: Tensor,
  items: IndexItem | readonly IndexItem[],
  value: TensorLike | readonly NestedArray[],
): Tensor {
  x.checkWritable('setItem');
  const list = Array.isArray(items) ? (items as readonly IndexItem[]) : [items as IndexItem];
  const by = Array.isArray(value)
    ? ops.tensor(value as NestedArray, { dtype: x.dtype })
    : typeof value === 'number' || typeof value === 'boolean'
      ? Number(value)
      : unwrap('setItem', value as TensorLike);
  return x.become('setItem', withItems(x.tensor, list, by));
}

/** A list of places: [n], or [n, 1] as Paddle also takes it. */
function placesOf(op: string, index: TensorLike): CoreTensor {
  const places = unwrap(op, index);
  return places.rank === 2 && places.shape[1] === 1 ? ops.reshape(places, [-1]) : places;
}

/** The slices at the places of `index` along an axis. */
export const gather = define(
  'gather',
  ['x', 'index'],
  ['axis'],
  (x: TensorLike, index: TensorLike, axis: number | Tensor = 0) =>
    wrap(ops.gather(unwrap('gather', x), placesOf('gather', index), { axis: numberOf(axis) })),
);

/** The slices at the places of `index` along an axis. */
export const indexSelect = define(
  'indexSelect',
  ['x', 'index'],
  ['axis'],
  (x: TensorLike, index: TensorLike, axis: number = 0) =>
    wrap(ops.gather(unwrap('indexSelect', x), unwrap('indexSelect', index), { axis })),
);

/** The slices at places given by several indices: the last axis of `index` names the first axes. */
export const gatherNd = define('gatherNd', ['x', 'index'], [], (x: TensorLike, index: TensorLike) =>
  wrap(ops.gatherNd(unwrap('gatherNd', x), unwrap('gatherNd', index))),
);

/** For each row the elements at the places of its row of `index`: [n, m] and [n, k] give [n, k]. */
export const indexSample = define(
  'indexSample',
  ['x', 'index'],
  [],
  (x: TensorLike, index: TensorLike) =>
    wrap(ops.takeAlongAxis(unwrap('indexSample', x), unwrap('indexSample', index), 1)),
);

/** The elements of the flat tensor at places; `mode` says what happens to those outside: 'raise', 'wrap', 'clip'. */
export const take = define(
  'take',
  ['x', 'index'],
  ['mode'],
  (x: TensorLike, index: TensorLike, mode: string = 'raise') => {
    const flat = ops.reshape(unwrap('take', x), [-1]);
    const places = unwrap('take', index);
    const inside =
      mode === 'wrap'
        ? ops.mod(places, flat.size)
        : mode === 'clip'
          ? ops.clip(places, 0, flat.size - 1)
          : places;
    return wrap(ops.gather(flat, inside));
  },
);

/** For each place of the indices the element at that index along an axis. */
export const takeAlongAxis = define(
  'takeAlongAxis',
  ['arr', 'indices', 'axis'],
  ['broadcast'],
  (arr: TensorLike, indices: TensorLike, axis: number, broadcast: boolean = true) => {
    const tensor = unwrap('takeAlongAxis', arr);
    const places = unwrap('takeAlongAxis', indices);
    const at = normalizeAxis('takeAlongAxis', axis, tensor.rank);
    if (broadcast) return wrap(ops.takeAlongAxis(tensor, places, at));
    return wrap(ops.takeAlongAxis(frontOf(tensor, places.shape, at), places, at));
  },
);

/** The front part of `x` that indices of this shape reach, all of the axis that they count along. */
function frontOf(x: CoreTensor, shape: readonly number[], axis: number): CoreTensor {
  return shape.reduce(
    (part, n, i) => (i === axis || n === part.shape[i] ? part : ops.narrow(part, i, 0, n)),
    x,
  );
}

/** How `putAlongAxis` joins a value with what is there. */
export type PutReduction = 'assign' | 'add' | 'mul' | 'multiply' | 'mean' | 'amin' | 'amax';

/** What a reduction begins with where the element itself does not count. */
const neutral: Readonly<Record<string, number>> = {
  add: 0,
  mean: 0,
  mul: 1,
  multiply: 1,
  amin: Number.POSITIVE_INFINITY,
  amax: Number.NEGATIVE_INFINITY,
};

/** A copy of `arr` with a value put, added, multiplied … at one index for each place along an axis. */
export const putAlongAxis = define(
  'putAlongAxis',
  ['arr', 'indices', 'values', 'axis'],
  ['reduce', 'includeSelf', 'broadcast'],
  (
    arr: TensorLike,
    indices: TensorLike,
    values: TensorLike,
    axis: number,
    reduce: PutReduction = 'assign',
    includeSelf: boolean = true,
    broadcast: boolean = true,
  ) => {
    const tensor = unwrap('putAlongAxis', arr);
    const at = normalizeAxis('putAlongAxis', axis, tensor.rank);
    const given = unwrap('putAlongAxis', indices);
    const shape = broadcast ? tensor.shape.with(at, given.shape[at]) : given.shape;
    const places = ops.broadcastTo(given, shape);
    const by = ops.cast(unwrap('putAlongAxis', values, tensor.dtype), tensor.dtype);
    const fitting = broadcast
      ? ops.broadcastTo(by, shape)
      : by.rank
        ? frontOf(by, shape, -1)
        : ops.broadcastTo(by, shape);
    return wrap(putReduced(tensor, places, fitting, at, reduce, includeSelf));
  },
);

function putReduced(
  x: CoreTensor,
  places: CoreTensor,
  values: CoreTensor,
  axis: number,
  reduce: PutReduction,
  includeSelf: boolean,
): CoreTensor {
  const inside = sameShape(x.shape.with(axis, 0), places.shape.with(axis, 0));
  if (!inside) {
    // Indices that cover a corner only: that corner changes, the rest stays.
    const corner = frontOf(x, places.shape, axis);
    const changed = putReduced(corner, places, values, axis, reduce, includeSelf);
    return withItems(
      x,
      corner.shape.map((n) => ({ start: 0, stop: n })),
      changed,
    );
  }
  if (reduce === 'assign') return ops.putAlongAxis(x, places, values, axis);
  if (!Object.hasOwn(neutral, reduce)) {
    throw new ValueError(
      `putAlongAxis: reduce must be assign, ${Object.keys(neutral).join(', ')}, received '${reduce}'`,
    );
  }
  const start = includeSelf ? x : ops.putAlongAxis(x, places, neutral[reduce], axis);
  if (reduce === 'add') return ops.putAlongAxis(start, places, values, axis, { mode: 'add' });
  if (reduce === 'mean') {
    const total = ops.putAlongAxis(start, places, values, axis, { mode: 'add' });
    const untouched = ops.onesLike(x.detach());
    const counts = ops.putAlongAxis(
      includeSelf ? untouched : ops.putAlongAxis(untouched, places, 0, axis),
      places,
      1,
      axis,
      { mode: 'add' },
    );
    return ops.cast(ops.div(total, counts), x.dtype);
  }
  // One index after the other: an element may be hit several times.
  const join =
    reduce === 'amin' ? ops.sharedMinimum : reduce === 'amax' ? ops.sharedMaximum : ops.mul;
  let result = start;
  for (let i = 0; i < places.shape[axis]; i++) {
    const [place, value] = [ops.narrow(places, axis, i, 1), ops.narrow(values, axis, i, 1)];
    const joined = join(ops.takeAlongAxis(result, place, axis), value);
    result = ops.putAlongAxis(result, place, joined, axis);
  }
  return result;
}

/** A copy of `input` with `src` added at one index for each place along an axis. */
export const scatterAdd = define(
  'scatterAdd',
  ['input', 'dim', 'index', 'src'],
  [],
  (input: TensorLike, dim: number, index: TensorLike, src: TensorLike) =>
    putAlongAxis(input, index, src, dim, 'add', true, false),
);

/** A copy of `input` with `src` joined to it at one index for each place along an axis. */
export const scatterReduce = define(
  'scatterReduce',
  ['input', 'dim', 'index', 'src', 'reduce'],
  ['includeSelf'],
  (
    input: TensorLike,
    dim: number,
    index: TensorLike,
    src: TensorLike,
    reduce: string,
    includeSelf: boolean = true,
  ) => {
    const short: Record<string, PutReduction> = { sum: 'add', prod: 'mul' };
    return putAlongAxis(
      input,
      index,
      src,
      dim,
      short[reduce] ?? (reduce as PutReduction),
      includeSelf,
      false,
    );
  },
);

/** A copy of `x` with the slices at `index` replaced by the updates, or (`overwrite` false) made of their sum. */
export const scatter = define(
  'scatter',
  ['x', 'index', 'updates'],
  ['overwrite'],
  (x: TensorLike, index: TensorLike, updates: TensorLike, overwrite: boolean = true) => {
    const [tensor, by] = [unwrap('scatter', x), unwrap('scatter', updates)];
    const places = placesOf('scatter', index);
    if (overwrite) return wrap(ops.scatterSet(tensor, places, by));
    return wrap(ops.scatterAdd(ops.scatterSet(tensor, places, 0), places, by));
  },
);

/** Zeros of `shape` with the updates added at places given by several indices. */
export const scatterNd = define(
  'scatterNd',
  ['index', 'updates', 'shape'],
  [],
  (index: TensorLike, updates: TensorLike, shape: readonly number[]) => {
    const by = unwrap('scatterNd', updates);
    const none = ops.zeros(shape, { dtype: by.dtype });
    return wrap(ops.scatterNdAdd(none, unwrap('scatterNd', index), by));
  },
);

/** A copy of `x` with the updates added at places given by several indices. */
export const scatterNdAdd = define(
  'scatterNdAdd',
  ['x', 'index', 'updates'],
  [],
  (x: TensorLike, index: TensorLike, updates: TensorLike) =>
    wrap(
      ops.scatterNdAdd(
        unwrap('scatterNdAdd', x),
        unwrap('scatterNdAdd', index),
        unwrap('scatterNdAdd', updates),
      ),
    ),
);

/** A copy of `x` with `alpha * value` added at the places of `index` along an axis. */
export const indexAdd = define(
  'indexAdd',
  ['x', 'index', 'axis', 'value'],
  ['alpha'],
  (x: TensorLike, index: TensorLike, axis: number, value: TensorLike, alpha: number = 1) =>
    wrap(
      ops.scatterAdd(
        unwrap('indexAdd', x),
        unwrap('indexAdd', index),
        alpha === 1 ? unwrap('indexAdd', value) : ops.mul(unwrap('indexAdd', value), alpha),
        { axis },
      ),
    ),
);

/** A copy of `x` filled with `value` at the places of `index` along an axis. */
export const indexFill = define(
  'indexFill',
  ['x', 'index', 'axis', 'value'],
  [],
  (x: TensorLike, index: TensorLike, axis: number, value: TensorLike) => {
    const tensor = unwrap('indexFill', x);
    return wrap(
      ops.scatterSet(tensor, unwrap('indexFill', index), unwrap('indexFill', value, tensor.dtype), {
        axis,
      }),
    );
  },
);

/** A copy of `x` with `value` put, or added, at the places that a tuple of index tensors names. */
export const indexPut = define(
  'indexPut',
  ['x', 'indices', 'value'],
  ['accumulate'],
  (
    x: TensorLike,
    indices: readonly TensorLike[],
    value: TensorLike,
    accumulate: boolean = false,
  ) => {
    const tensor = unwrap('indexPut', x);
    if (!accumulate) {
      return wrap(withItems(tensor, indices, unwrap('indexPut', value, tensor.dtype)));
    }
    const places = ops.index(
      ops.reshape(ops.arange(tensor.size), tensor.shape),
      ...indices.map(itemOf),
    );
    const by = ops.broadcastTo(unwrap('indexPut', value, tensor.dtype), places.shape);
    return wrap(ops.reshape(ops.scatterAdd(ops.reshape(tensor, [-1]), places, by), tensor.shape));
  },
);
