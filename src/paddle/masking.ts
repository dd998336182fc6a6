// Elements by a condition, and parts written into a copy.
import * as ops from '../ops/index.ts';
import { formatShape, normalizeAxis, ShapeError, sameShape } from '../tensor/index.ts';
import { type IndexItem, withItems } from './indexing.ts';
import { operands } from './operands.ts';
import { define } from './signature.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from './tensor.ts';

/** The elements where the mask is true, in one row. */
export const maskedSelect = define(
  'maskedSelect',
  ['x', 'mask'],
  [],
  (x: TensorLike, mask: TensorLike) => {
    const [tensor, chosen] = ops.broadcastTensors([
      unwrap('maskedSelect', x),
      unwrap('maskedSelect', mask),
    ]);
    return wrap(ops.index(tensor, chosen));
  },
);

/** `x`, but `value` where the mask is true. */
export const maskedFill = define(
  'maskedFill',
  ['x', 'mask', 'value'],
  [],
  (x: TensorLike, mask: TensorLike, value: TensorLike) => {
    const tensor = unwrap('maskedFill', x);
    const by = ops.cast(unwrap('maskedFill', value, tensor.dtype), tensor.dtype);
    return wrap(ops.where(unwrap('maskedFill', mask), by, tensor));
  },
);

/** `x`, but where the mask is true the elements of `value` in their order. */
export const maskedScatter = define(
  'maskedScatter',
  ['x', 'mask', 'value'],
  [],
  (x: TensorLike, mask: TensorLike, value: TensorLike) => {
    const tensor = unwrap('maskedScatter', x);
    const chosen = ops.broadcastTo(unwrap('maskedScatter', mask), tensor.shape);
    const count = Array.from(chosen.dataSync()).filter((flag) => flag !== 0).length;
    const flat = ops.reshape(unwrap('maskedScatter', value), [-1]);
    if (flat.size < count) {
      throw new ShapeError(
        `maskedScatter: the mask is true ${count} times, but the value has ${flat.size} elements`,
      );
    }
    return wrap(withItems(tensor, [wrap(chosen)], ops.narrow(flat, 0, 0, count)));
  },
);

/** `x` where the condition is true, `y` elsewhere; without them the places where it is true. */
export const where = define(
  'where',
  ['condition'],
  ['x', 'y'],
  (condition: TensorLike, x?: TensorLike, y?: TensorLike): Tensor | Tensor[] => {
    if (x === undefined || y === undefined) return nonzero(condition, true);
    const [a, b] = operands('where', [x, y]);
    return wrap(ops.where(unwrap('where', condition), a, b));
  },
) as unknown as {
  (condition: TensorLike, x: TensorLike, y: TensorLike): Tensor;
  (condition: TensorLike): Tensor[];
  (options: {
    readonly condition: TensorLike;
    readonly x?: TensorLike;
    readonly y?: TensorLike;
  }): Tensor;
};

/** The places of all elements that are not 0, int64 [count, axes]; `asTuple` gives one tensor for each axis. */
export const nonzero = define(
  'nonzero',
  ['x'],
  ['asTuple'],
  (x: TensorLike, asTuple: boolean = false): Tensor | Tensor[] => {
    const tensor = unwrap('nonzero', x);
    const found = ops.cast(ops.nonzeroSync(tensor), 'int64');
    if (!asTuple) return wrap(found);
    return tensor.shape.map((_, axis) => wrap(ops.reshape(ops.narrow(found, 1, axis, 1), [-1])));
  },
);
/** The indices of the elements that are not 0, a row each. */
export const argwhere = define(
  'argwhere',
  ['input'],
  [],
  (input: TensorLike) => nonzero(input) as Tensor,
);

/** For each row the row of that one of `inputs` which `index` names. */
export const multiplex = define(
  'multiplex',
  ['inputs', 'index'],
  [],
  (inputs: readonly TensorLike[], index: TensorLike) => {
    const stacked = ops.stack(inputs.map((x) => unwrap('multiplex', x)));
    const rows = ops.arange(stacked.shape[1]);
    return wrap(ops.index(stacked, ops.reshape(unwrap('multiplex', index), [-1]), rows));
  },
);

/** A copy of `x` with `values` at place `index` of an axis. */
export const selectScatter = define(
  'selectScatter',
  ['x', 'values', 'axis', 'index'],
  [],
  (x: TensorLike, values: TensorLike, axis: number, index: number) => {
    const tensor = unwrap('selectScatter', x);
    const at = normalizeAxis('selectScatter', axis, tensor.rank);
    const items = tensor.shape.map((_, i): IndexItem => (i === at ? index : ':'));
    return wrap(withItems(tensor, items, unwrap('selectScatter', values)));
  },
);

/** A copy of `x` with `value` at a slice along axes. */
export const sliceScatter = define(
  'sliceScatter',
  ['x', 'value', 'axes', 'starts', 'ends', 'strides'],
  [],
  (
    x: TensorLike,
    value: TensorLike,
    axes: readonly number[],
    starts: readonly number[],
    ends: readonly number[],
    strides: readonly number[],
  ) => {
    const tensor = unwrap('sliceScatter', x);
    const items: IndexItem[] = tensor.shape.map(() => ':');
    axes.forEach((axis, i) => {
      const at = normalizeAxis('sliceScatter', axis, tensor.rank);
      items[at] = { start: starts[i], stop: ends[i], step: strides[i] };
    });
    return wrap(withItems(tensor, items, unwrap('sliceScatter', value)));
  },
);

/** A copy of `x` with `y` on a diagonal over two axes. */
export const diagonalScatter = define(
  'diagonalScatter',
  ['x', 'y'],
  ['offset', 'axis1', 'axis2'],
  (x: TensorLike, y: TensorLike, offset: number = 0, axis1: number = 0, axis2: number = 1) => {
    const tensor = unwrap('diagonalScatter', x);
    // As in Paddle, the new diagonal gets no gradient.
    const by = unwrap('diagonalScatter', y).detach();
    const places = ops.diagonal(ops.reshape(ops.arange(tensor.size), tensor.shape), {
      offset,
      axis1,
      axis2,
    });
    if (!sameShape(places.shape, by.shape)) {
      throw new ShapeError(
        `diagonalScatter: expected y of shape ${formatShape(places.shape)}, received ${formatShape(by.shape)}`,
      );
    }
    return wrap(ops.reshape(ops.scatterSet(ops.reshape(tensor, [-1]), places, by), tensor.shape));
  },
);

/** Indices of one of `nshards` parts of a table; `ignoreValue` where the index is another part's. */
export const shardIndex = define(
  'shardIndex',
  ['input', 'indexNum', 'nshards', 'shardId'],
  ['ignoreValue'],
  (
    input: TensorLike,
    indexNum: number,
    nshards: number,
    shardId: number,
    ignoreValue: number = -1,
  ) => {
    const tensor = unwrap('shardIndex', input);
    const size = Math.ceil(indexNum / nshards);
    const own = ops.equal(ops.floorDiv(tensor, size), shardId);
    return wrap(ops.where(own, ops.mod(tensor, size), ignoreValue));
  },
);

/** Whether each element is among those of `testX`. */
export const isin = define(
  'isin',
  ['x', 'testX'],
  ['assumeUnique', 'invert'],
  (x: TensorLike, testX: TensorLike, _assumeUnique: boolean = false, invert: boolean = false) => {
    const tensor = unwrap('isin', x);
    const known = ops.reshape(unwrap('isin', testX), [-1]);
    const found = ops.any(ops.equal(ops.expandDims(tensor, -1), known), -1);
    return wrap(invert ? ops.logicalNot(found) : found);
  },
);
