// Several tensors into one, and one into several.
import * as ops from '../ops/index.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  normalizeAxis,
  ShapeError,
} from '../tensor/index.ts';
import { checkTypes } from './operands.ts';
import { define } from './signature.ts';
import { type Integers, numberOf, toList } from './sizes.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from './tensor.ts';

type Tensors = readonly TensorLike[];

function listOf(op: string, x: Tensors): CoreTensor[] {
  if (!Array.isArray(x) || x.length === 0) {
    throw new ShapeError(`${op}: expected a list of tensors that is not empty`);
  }
  const tensors = x.map((item) => unwrap(op, item));
  checkTypes(op, ...tensors);
  return tensors;
}

/** Tensors one behind the other along an axis that they have. */
export const concat = define('concat', ['x'], ['axis'], (x: Tensors, axis: number | Tensor = 0) =>
  wrap(ops.concat(listOf('concat', x), numberOf(axis))),
);
/** The same as `concat`. */
export const cat = concat;
/** The same as `concat`. */
export const concatenate = concat;

/** Tensors of one shape along a new axis. */
export const stack = define('stack', ['x'], ['axis'], (x: Tensors, axis: number = 0) =>
  wrap(ops.stack(listOf('stack', x), axis)),
);

const atLeast2 = (x: CoreTensor): CoreTensor => (x.rank > 1 ? x : ops.reshape(x, [1, x.size]));
const asColumn = (x: CoreTensor): CoreTensor => (x.rank > 1 ? x : ops.reshape(x, [x.size, 1]));
const atLeast3 = (x: CoreTensor): CoreTensor =>
  x.rank > 2 ? x : ops.reshape(x, x.rank === 2 ? [...x.shape, 1] : [1, x.size, 1]);

/** Tensors side by side: vectors along their axis, others along the second. */
export const hstack = define('hstack', ['x'], [], (x: Tensors) => {
  const list = listOf('hstack', x);
  const flat = list.every((item) => item.rank < 2);
  return wrap(ops.concat(flat ? list.map((item) => ops.reshape(item, [-1])) : list, flat ? 0 : 1));
});

/** Tensors one below the other; vectors are rows. */
export const vstack = define('vstack', ['x'], [], (x: Tensors) =>
  wrap(ops.concat(listOf('vstack', x).map(atLeast2), 0)),
);
/** The same as `vstack`. */
export const rowStack = vstack;

/** Tensors along the third axis. */
export const dstack = define('dstack', ['x'], [], (x: Tensors) =>
  wrap(ops.concat(listOf('dstack', x).map(atLeast3), 2)),
);

/** Tensors side by side; vectors are columns. */
export const columnStack = define('columnStack', ['x'], [], (x: Tensors) =>
  wrap(ops.concat(listOf('columnStack', x).map(asColumn), 1)),
);

/** Matrices along the diagonal of a larger one. */
export const blockDiag = define('blockDiag', ['inputs'], [], (inputs: Tensors) => {
  const list = listOf('blockDiag', inputs).map(atLeast2);
  const width = list.reduce((sum, m) => sum + m.shape[1], 0);
  let left = 0;
  const rows = list.map((m) => {
    const padded = ops.pad(m, [
      [0, 0],
      [left, width - left - m.shape[1]],
    ]);
    left += m.shape[1];
    return padded;
  });
  return wrap(ops.concat(rows, 0));
});

/** Equal parts along an axis, or parts of given sizes, of which one may be -1. */
export const split = define(
  'split',
  ['x', 'numOrSections'],
  ['axis'],
  (x: TensorLike, numOrSections: Integers, axis: number | Tensor = 0): Tensor[] => {
    const tensor = unwrap('split', x);
    const at = normalizeAxis('split', numberOf(axis), tensor.rank);
    const size = tensor.shape[at];
    if (typeof numOrSections === 'number') {
      if (size % numOrSections !== 0) {
        throw new ShapeError(
          `split: ${numOrSections} equal parts do not fit axis ${at} of ${formatShape(tensor.shape)}`,
        );
      }
      return ops.split(tensor, numOrSections, at).map(wrap);
    }
    const sections = toList('split', 'numOrSections', numOrSections);
    const known = sections.reduce((sum, n) => sum + Math.max(0, n), 0);
    return parts(
      tensor,
      sections.map((n) => (n === -1 ? size - known : n)),
      at,
    );
  },
);

function parts(x: CoreTensor, lengths: readonly number[], axis: number): Tensor[] {
  if (lengths.reduce((a, b) => a + b, 0) !== x.shape[axis] || lengths.some((n) => n < 0)) {
    throw new ShapeError(
      `split: sections ${lengths.join(', ')} do not make up axis ${axis} of ${formatShape(x.shape)}`,
    );
  }
  let start = 0;
  return lengths.map((length) => {
    const part = ops.narrow(x, axis, start, length);
    start += length;
    return wrap(part);
  });
}

/** Equal parts along an axis. */
export const chunk = define(
  'chunk',
  ['x', 'chunks'],
  ['axis'],
  (x: TensorLike, chunks: number, axis: number | Tensor = 0) => split(x, chunks, axis),
);

/** Parts along an axis, as equal as can be, or cut before given indices. */
export const tensorSplit = define(
  'tensorSplit',
  ['x', 'numOrIndices'],
  ['axis'],
  (x: TensorLike, numOrIndices: number | readonly number[], axis: number = 0): Tensor[] => {
    const tensor = unwrap('tensorSplit', x);
    const at = normalizeAxis('tensorSplit', axis, tensor.rank);
    const size = tensor.shape[at];
    if (typeof numOrIndices === 'number') {
      const [least, more] = [Math.floor(size / numOrIndices), size % numOrIndices];
      return parts(
        tensor,
        Array.from({ length: numOrIndices }, (_, i) => least + Number(i < more)),
        at,
      );
    }
    const cuts = [
      0,
      ...numOrIndices.map((i) => Math.min(size, Math.max(0, i < 0 ? i + size : i))),
      size,
    ];
    return cuts
      .slice(1)
      .map((end, i) => wrap(ops.narrow(tensor, at, cuts[i], Math.max(0, end - cuts[i]))));
  },
);

const splitAlong = (name: string, axisOf: (rank: number) => number) =>
  define(
    name,
    ['x', 'numOrIndices'],
    [],
    (x: TensorLike, numOrIndices: number | readonly number[]) =>
      tensorSplit(x, numOrIndices, axisOf(unwrap(name, x).rank)),
  );

/** Parts along the second axis (of a vector the first). */
export const hsplit = splitAlong('hsplit', (rank) => (rank > 1 ? 1 : 0));
/** Parts along the first axis. */
export const vsplit = splitAlong('vsplit', () => 0);
/** Parts along the third axis. */
export const dsplit = splitAlong('dsplit', () => 2);

/** The slices along an axis, without it. */
export const unstack = define(
  'unstack',
  ['x'],
  ['axis', 'num'],
  (x: TensorLike, axis: number = 0, num?: number): Tensor[] => {
    const found = ops.unstack(unwrap('unstack', x), axis).map(wrap);
    if (num !== undefined && num !== found.length) {
      throw new ShapeError(`unstack: num is ${num} but the axis has ${found.length} elements`);
    }
    return found;
  },
);

/** The slices along an axis, without it. */
export const unbind = define('unbind', ['input'], ['axis'], (input: TensorLike, axis: number = 0) =>
  unstack(input, axis),
);
