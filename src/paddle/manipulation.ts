// Shapes, order and parts of a tensor. All but copies of memory are views.
import * as ops from '../ops/index.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  normalizeAxis,
  rowMajorStrides,
  ShapeError,
  sizeOf,
  ValueError,
} from '../tensor/index.ts';
import { toDType } from './dtype.ts';
import { define } from './signature.ts';
import { type Integers, numberOf, type ShapeLike, toList } from './sizes.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from './tensor.ts';

const sizes = (op: string, shape: ShapeLike): number[] => toList(op, 'shape', shape);

/** The same elements in another shape: 0 keeps the size of its axis, -1 stands for the rest. */
export const reshape = define('reshape', ['x', 'shape'], [], (x: TensorLike, shape: ShapeLike) =>
  wrap(reshapeTo('reshape', unwrap('reshape', x), shape)),
);

function reshapeTo(op: string, x: CoreTensor, shape: ShapeLike): CoreTensor {
  const wanted = sizes(op, shape).map((n, axis) => {
    if (n !== 0 || x.size === 0) return n;
    if (axis < x.rank) return x.shape[axis];
    throw new ShapeError(
      `${op}: 0 at place ${axis} keeps the size of an axis that ${formatShape(x.shape)} lacks`,
    );
  });
  return ops.reshape(x, wanted);
}

/** The same elements in another shape, or with another type. */
export const view = define(
  'view',
  ['x', 'shapeOrDtype'],
  [],
  (x: TensorLike, shapeOrDtype: ShapeLike | string) =>
    typeof shapeOrDtype === 'string'
      ? wrap(ops.cast(unwrap('view', x), toDType(shapeOrDtype)))
      : reshape(x, shapeOrDtype),
);

/** The same elements in the shape of another tensor. */
export const viewAs = define('viewAs', ['x', 'other'], [], (x: TensorLike, other: TensorLike) =>
  reshape(x, unwrap('viewAs', other).shape),
);

/** The axes from `startAxis` to `stopAxis` joined into one. */
export const flatten = define(
  'flatten',
  ['x'],
  ['startAxis', 'stopAxis'],
  (x: TensorLike, startAxis: number = 0, stopAxis: number = -1) => {
    const tensor = unwrap('flatten', x);
    return wrap(
      tensor.rank === 0 ? ops.reshape(tensor, [1]) : ops.flatten(tensor, startAxis, stopAxis),
    );
  },
);

/** All axes joined into one. */
export const ravel = define('ravel', ['input'], [], (input: TensorLike) => flatten(input));

/** Axis `axis` split into several; one size may be -1. */
export const unflatten = define(
  'unflatten',
  ['x', 'axis', 'shape'],
  [],
  (x: TensorLike, axis: number, shape: ShapeLike) => {
    const tensor = unwrap('unflatten', x);
    const at = normalizeAxis('unflatten', axis, tensor.rank);
    const parts = sizes('unflatten', shape);
    const known = sizeOf(parts.filter((n) => n !== -1));
    const filled = parts.map((n) => (n === -1 ? tensor.shape[at] / known : n));
    return wrap(
      ops.reshape(tensor, [...tensor.shape.slice(0, at), ...filled, ...tensor.shape.slice(at + 1)]),
    );
  },
);

/** The tensor without axes of size 1; of the axes named only those that have it. */
export const squeeze = define('squeeze', ['x'], ['axis'], (x: TensorLike, axis?: Integers) => {
  const tensor = unwrap('squeeze', x);
  const named =
    axis === undefined
      ? tensor.shape.map((_, i) => i)
      : toList('squeeze', 'axis', axis).map((i) => normalizeAxis('squeeze', i, tensor.rank));
  const shape = tensor.shape.filter((n, i) => n !== 1 || !named.includes(i));
  return wrap(ops.reshape(tensor, shape));
});

/** The tensor with axes of size 1 added where they shall be in the result. */
export const unsqueeze = define('unsqueeze', ['x', 'axis'], [], (x: TensorLike, axis: Integers) => {
  let tensor = unwrap('unsqueeze', x);
  for (const at of toList('unsqueeze', 'axis', axis)) tensor = ops.expandDims(tensor, at);
  return wrap(tensor);
});

/** The axes in another order. */
export const transpose = define(
  'transpose',
  ['x', 'perm'],
  [],
  (x: TensorLike, perm: readonly number[]) => wrap(ops.transpose(unwrap('transpose', x), perm)),
);

/** The axes in another order. */
export const permute = define(
  'permute',
  ['input', 'dims'],
  [],
  (input: TensorLike, dims: readonly number[]) => transpose(input, dims),
);

/** A matrix transposed; vectors and scalars as they are. */
export const t = define('t', ['input'], [], (input: TensorLike) => {
  const tensor = unwrap('t', input);
  if (tensor.rank > 2) {
    throw new ShapeError(
      `t: expected at most 2 axes, received ${formatShape(tensor.shape)}; use transpose`,
    );
  }
  return wrap(ops.transpose(tensor));
});

/** The last two axes exchanged. */
export const matrixTranspose = define('matrixTranspose', ['x'], [], (x: TensorLike) =>
  wrap(ops.swapAxes(unwrap('matrixTranspose', x), -1, -2)),
);

/** Axes moved to other places, the rest in their order. */
export const moveaxis = define(
  'moveaxis',
  ['x', 'source', 'destination'],
  [],
  (x: TensorLike, source: number | readonly number[], destination: number | readonly number[]) =>
    wrap(ops.moveAxis(unwrap('moveaxis', x), source, destination)),
);

/** Two axes exchanged. */
export const swapaxes = define(
  'swapaxes',
  ['x', 'axis0', 'axis1'],
  [],
  (x: TensorLike, axis0: number, axis1: number) =>
    wrap(ops.swapAxes(unwrap('swapaxes', x), axis0, axis1)),
);
/** The same as `swapaxes`. */
export const swapdims = swapaxes;

/** The tensor repeated along axes of size 1; -1 keeps a size, new axes come in front. */
export const expand = define('expand', ['x', 'shape'], [], (x: TensorLike, shape: ShapeLike) => {
  const tensor = unwrap('expand', x);
  const wanted = sizes('expand', shape);
  const added = wanted.length - tensor.rank;
  const full = wanted.map((n, axis) =>
    n === -1 && axis >= added ? tensor.shape[axis - added] : n,
  );
  return wrap(ops.broadcastTo(tensor, full));
});

/** The tensor repeated along axes of size 1; -1 keeps a size, new axes come in front. */
export const broadcastTo = define(
  'broadcastTo',
  ['x', 'shape'],
  [],
  (x: TensorLike, shape: ShapeLike) => expand(x, shape),
);

/** The tensor repeated to the shape of another. */
export const expandAs = define('expandAs', ['x', 'y'], [], (x: TensorLike, y: TensorLike) =>
  wrap(ops.broadcastTo(unwrap('expandAs', x), unwrap('expandAs', y).shape)),
);

/** Tensors repeated to the shape that holds all. */
export const broadcastTensors = define(
  'broadcastTensors',
  ['input'],
  [],
  (input: readonly TensorLike[]) =>
    ops.broadcastTensors(input.map((x) => unwrap('broadcastTensors', x))).map(wrap),
);

/** The whole tensor repeated along its axes, new axes in front. */
export const tile = define(
  'tile',
  ['x', 'repeatTimes'],
  [],
  (x: TensorLike, repeatTimes: Integers) => {
    const tensor = unwrap('tile', x);
    const times = toList('tile', 'repeatTimes', repeatTimes);
    const counts = [
      ...new Array<number>(Math.max(0, tensor.rank - times.length)).fill(1),
      ...times,
    ];
    const missing = counts.length - tensor.rank;
    const wide =
      missing > 0
        ? ops.reshape(tensor, [...counts.slice(0, missing).fill(1), ...tensor.shape])
        : tensor;
    return wrap(ops.tile(wide, counts));
  },
);

/** Each element repeated along an axis; without axis, of the flat tensor. */
export const repeatInterleave = define(
  'repeatInterleave',
  ['x', 'repeats'],
  ['axis'],
  (x: TensorLike, repeats: Integers, axis?: number) => {
    const counts = toList('repeatInterleave', 'repeats', repeats);
    const given = typeof repeats === 'number' || counts.length === 1 ? counts[0] : counts;
    return wrap(ops.repeat(unwrap('repeatInterleave', x), given, axis ?? null));
  },
);

/** The elements along axes in reverse. */
export const flip = define(
  'flip',
  ['x', 'axis'],
  [],
  (x: TensorLike, axis: number | readonly number[]) => wrap(ops.flip(unwrap('flip', x), axis)),
);
/** The same as `flip`. */
export const reverse = flip;

/** The elements shifted along axes, those that fall off coming in at the other end. */
export const roll = define(
  'roll',
  ['x', 'shifts'],
  ['axis'],
  (x: TensorLike, shifts: Integers, axis?: number | readonly number[]) => {
    const list = toList('roll', 'shifts', shifts);
    const by = list.length === 1 && !Array.isArray(axis) ? list[0] : list;
    return wrap(ops.roll(unwrap('roll', x), by, axis));
  },
);

/** The plane of two axes turned `k` times by 90 degrees, from the first axis to the second. */
export const rot90 = define(
  'rot90',
  ['x'],
  ['k', 'axes'],
  (x: TensorLike, k: number = 1, axes: readonly number[] = [0, 1]) => {
    const tensor = unwrap('rot90', x);
    const [a, b] = axes.map((axis) => normalizeAxis('rot90', axis, tensor.rank));
    if (axes.length !== 2 || a === b) {
      throw new ShapeError(`rot90: needs two different axes, received ${axes.join(', ')}`);
    }
    switch (((k % 4) + 4) % 4) {
      case 0:
        return wrap(ops.copy(tensor));
      case 1:
        return wrap(ops.swapAxes(ops.flip(tensor, b), a, b));
      case 2:
        return wrap(ops.flip(tensor, [a, b]));
      default:
        return wrap(ops.flip(ops.swapAxes(tensor, a, b), b));
    }
  },
);

/** Bounds along an axis as Paddle reads them: negative ones count from the end, all are cut to the axis. */
function bounded(at: number, size: number): number {
  return Math.min(size, Math.max(0, at < 0 ? at + size : at));
}

/** The part from `starts` up to `ends` along `axes`. */
export const slice = define(
  'slice',
  ['input', 'axes', 'starts', 'ends'],
  [],
  (input: TensorLike, axes: readonly number[], starts: Integers, ends: Integers) => {
    let tensor = unwrap('slice', input);
    const [from, to] = [toList('slice', 'starts', starts), toList('slice', 'ends', ends)];
    axes.forEach((axis, i) => {
      const at = normalizeAxis('slice', axis, tensor.rank);
      const first = bounded(from[i], tensor.shape[at]);
      const end = bounded(to[i], tensor.shape[at]);
      tensor = ops.narrow(tensor, at, first, Math.max(0, end - first));
    });
    return wrap(tensor);
  },
);

/** The part from `starts` up to `ends` in steps of `strides` along `axes`; steps may be negative. */
export const stridedSlice = define(
  'stridedSlice',
  ['x', 'axes', 'starts', 'ends', 'strides'],
  [],
  (x: TensorLike, axes: readonly number[], starts: Integers, ends: Integers, strides: Integers) => {
    const tensor = unwrap('stridedSlice', x);
    const lists = [starts, ends, strides].map((list) => toList('stridedSlice', 'bounds', list));
    const parts: ({ start?: number; stop?: number; step: number } | null)[] = tensor.shape.map(
      () => null,
    );
    axes.forEach((axis, i) => {
      const [start, stop, step] = lists.map((list) => list[i]);
      const at = normalizeAxis('stridedSlice', axis, tensor.rank);
      // Below the first element an end that counts from the end of the axis means: to the very front.
      const open = step < 0 && stop < -tensor.shape[at];
      parts[at] = open ? { start, step } : { start, stop, step };
    });
    return wrap(ops.slice(tensor, parts));
  },
);

/** `length` elements along an axis from `start` on. */
export const narrow = define(
  'narrow',
  ['input', 'dim', 'start', 'length'],
  [],
  (input: TensorLike, dim: number, start: number | Tensor, length: number) => {
    const tensor = unwrap('narrow', input);
    const first = numberOf(start);
    const size = tensor.shape[normalizeAxis('narrow', dim, tensor.rank)];
    return wrap(ops.narrow(tensor, dim, first < 0 ? first + size : first, length));
  },
);

/** A box of the tensor of size `shape` from `offsets` on; -1 reaches to the end. */
export const crop = define(
  'crop',
  ['x'],
  ['shape', 'offsets'],
  (x: TensorLike, shape?: ShapeLike, offsets?: Integers) => {
    let tensor = unwrap('crop', x);
    const from =
      offsets === undefined ? tensor.shape.map(() => 0) : toList('crop', 'offsets', offsets);
    const wanted = shape === undefined ? tensor.shape : sizes('crop', shape);
    wanted.forEach((n, axis) => {
      tensor = ops.narrow(tensor, axis, from[axis], n === -1 ? tensor.shape[axis] - from[axis] : n);
    });
    return wrap(tensor);
  },
);

/** A view of the elements, taken in row-major order, with any strides. */
export const asStrided = define(
  'asStrided',
  ['x', 'shape', 'stride'],
  ['offset'],
  (x: TensorLike, shape: readonly number[], stride: readonly number[], offset: number = 0) => {
    const places = new Int32Array(sizeOf(shape));
    const lengths = rowMajorStrides(shape);
    for (let i = 0; i < places.length; i++) {
      places[i] = shape.reduce(
        (at, n, axis) => at + (Math.floor(i / lengths[axis]) % n) * stride[axis],
        offset,
      );
    }
    const flat = ops.reshape(unwrap('asStrided', x), [-1]);
    return wrap(ops.reshape(ops.gather(flat, places), shape));
  },
);

/** Windows of `size` elements along an axis in steps of `step`; the windows' axis comes last. */
export const unfold = define(
  'unfold',
  ['x', 'axis', 'size', 'step'],
  [],
  (x: TensorLike, axis: number, size: number, step: number) => {
    const tensor = unwrap('unfold', x);
    const at = normalizeAxis('unfold', axis, tensor.rank);
    const count = Math.floor((tensor.shape[at] - size) / step) + 1;
    if (count < 1 || step < 1) {
      throw new ValueError(
        `unfold: windows of ${size} in steps of ${step} do not fit axis ${axis} of ${formatShape(tensor.shape)}`,
      );
    }
    const places = Array.from({ length: count }, (_, i) =>
      Array.from({ length: size }, (_, j) => i * step + j),
    );
    return wrap(ops.moveAxis(ops.gather(tensor, places, { axis: at }), at + 1, -1));
  },
);

/** The elements below the diagonal `diagonal` and on it; 0 above. */
export const tril = define('tril', ['x'], ['diagonal'], (x: TensorLike, diagonal: number = 0) =>
  wrap(ops.tril(unwrap('tril', x), diagonal)),
);

/** The elements above the diagonal `diagonal` and on it; 0 below. */
export const triu = define('triu', ['x'], ['diagonal'], (x: TensorLike, diagonal: number = 0) =>
  wrap(ops.triu(unwrap('triu', x), diagonal)),
);

/** The diagonal of a matrix, or a matrix with a vector on its diagonal and `paddingValue` beside. */
export const diag = define(
  'diag',
  ['x'],
  ['offset', 'paddingValue'],
  (x: TensorLike, offset: number = 0, paddingValue: number = 0) => {
    const tensor = unwrap('diag', x);
    const found = ops.diag(tensor, offset);
    if (tensor.rank !== 1 || paddingValue === 0) return wrap(found);
    const inside = ops.diag(ops.onesLike(tensor.detach(), { dtype: 'bool' }), offset);
    return wrap(ops.where(inside, found, paddingValue));
  },
);

/** A matrix with the flat elements on its diagonal. */
export const diagflat = define('diagflat', ['x'], ['offset'], (x: TensorLike, offset: number = 0) =>
  wrap(ops.diag(ops.reshape(unwrap('diagflat', x), [-1]), offset)),
);

/** Matrices over two axes with the last axis on their diagonal. */
export const diagEmbed = define(
  'diagEmbed',
  ['input'],
  ['offset', 'dim1', 'dim2'],
  (input: TensorLike, offset: number = 0, dim1: number = -2, dim2: number = -1) => {
    const tensor = unwrap('diagEmbed', input);
    const length = tensor.shape[tensor.rank - 1];
    const size = length + Math.abs(offset);
    const [down, right] = [Math.max(0, -offset), Math.max(0, offset)];
    const places = Array.from({ length }, (_, i) => (i + down) * size + i + right);
    const rows = ops.reshape(tensor, [-1, length]);
    const none = ops.zeros([rows.shape[0], size * size], { dtype: tensor.dtype });
    const square = ops.reshape(ops.scatterAdd(none, places, rows, { axis: 1 }), [
      ...tensor.shape.slice(0, -1),
      size,
      size,
    ]);
    return wrap(ops.moveAxis(square, [-2, -1], [dim1, dim2]));
  },
);

/** The diagonal over two axes, as the last axis. */
export const diagonal = define(
  'diagonal',
  ['x'],
  ['offset', 'axis1', 'axis2'],
  (x: TensorLike, offset: number = 0, axis1: number = 0, axis2: number = 1) =>
    wrap(ops.diagonal(unwrap('diagonal', x), { offset, axis1, axis2 })),
);

const atLeast =
  (op: string, rank: number, widen: (x: CoreTensor) => CoreTensor) =>
  (...inputs: readonly TensorLike[]): Tensor | Tensor[] => {
    const list = inputs.map((x) => {
      const tensor = unwrap(op, x);
      return wrap(tensor.rank >= rank ? tensor : widen(tensor));
    });
    return list.length === 1 ? list[0] : list;
  };

/** Tensors with at least one axis. */
export const atleast1d = atLeast('atleast1d', 1, (x) => ops.reshape(x, [1]));
/** Tensors with at least two axes, new ones in front. */
export const atleast2d = atLeast('atleast2d', 2, (x) => ops.reshape(x, [1, x.size]));
/** Tensors with at least three axes. */
export const atleast3d = atLeast('atleast3d', 3, (x) =>
  ops.reshape(x, x.rank === 2 ? [...x.shape, 1] : [1, x.size, 1]),
);
