// Products of matrices, norms and distances.
import * as ops from '../ops/index.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  isFloat,
  normalizeAxis,
  ShapeError,
  ValueError,
} from '../tensor/index.ts';
import { checkTypes } from './operands.ts';
import { define } from './signature.ts';
import { type TensorLike, unwrap, wrap } from './tensor.ts';

function pair(op: string, x: TensorLike, y: TensorLike): [CoreTensor, CoreTensor] {
  const both: [CoreTensor, CoreTensor] = [unwrap(op, x), unwrap(op, y)];
  checkTypes(op, ...both);
  return both;
}

const ranks = (op: string, expected: string, fits: boolean, ...tensors: CoreTensor[]): void => {
  if (fits) return;
  throw new ShapeError(
    `${op}: expected ${expected}, received ${tensors.map((x) => formatShape(x.shape)).join(' and ')}`,
  );
};

/** The product of matrices, of stacks of them, or of vectors. */
export const matmul = define(
  'matmul',
  ['x', 'y'],
  ['transposeX', 'transposeY'],
  (x: TensorLike, y: TensorLike, transposeX: boolean = false, transposeY: boolean = false) => {
    const [a, b] = pair('matmul', x, y);
    return wrap(
      ops.matmul(a, b, {
        transposeA: transposeX && a.rank > 1,
        transposeB: transposeY && b.rank > 1,
      }),
    );
  },
);

/** The product of matrices. */
export const mm = define('mm', ['input', 'mat2'], [], (input: TensorLike, mat2: TensorLike) =>
  matmul(input, mat2),
);

/** The products of two stacks of matrices: [n, i, j] and [n, j, k] give [n, i, k]. */
export const bmm = define('bmm', ['x', 'y'], [], (x: TensorLike, y: TensorLike) => {
  const [a, b] = pair('bmm', x, y);
  ranks(
    'bmm',
    'two stacks of matrices of one length',
    a.rank === 3 && b.rank === 3 && a.shape[0] === b.shape[0],
    a,
    b,
  );
  return wrap(ops.matmul(a, b));
});

/** The product of a matrix and a vector. */
export const mv = define('mv', ['x', 'vec'], [], (x: TensorLike, vec: TensorLike) => {
  const [a, b] = pair('mv', x, vec);
  ranks('mv', 'a matrix and a vector', a.rank === 2 && b.rank === 1, a, b);
  return wrap(ops.matmul(a, b));
});

/** The sum of products along the last axis: vectors give a number, rows of matrices one each. */
export const dot = define('dot', ['x', 'y'], [], (x: TensorLike, y: TensorLike) => {
  const [a, b] = pair('dot', x, y);
  return wrap(ops.cast(ops.sum(ops.mul(a, b), -1), a.dtype));
});

/** The sum of products along an axis. */
export const vecdot = define(
  'vecdot',
  ['x', 'y'],
  ['axis'],
  (x: TensorLike, y: TensorLike, axis: number = -1) => {
    const [a, b] = pair('vecdot', x, y);
    return wrap(ops.cast(ops.sum(ops.mul(a, b), axis), a.dtype));
  },
);

/** The sums of products of the last axes of both. */
export const inner = define('inner', ['x', 'y'], [], (x: TensorLike, y: TensorLike) => {
  const [a, b] = pair('inner', x, y);
  if (a.rank === 0 || b.rank === 0) return wrap(ops.mul(a, b));
  return wrap(ops.tensordot(a, b, [[a.rank - 1], [b.rank - 1]]));
});

/** All products of elements of two vectors. */
export const outer = define('outer', ['x', 'y'], [], (x: TensorLike, y: TensorLike) => {
  const [a, b] = pair('outer', x, y);
  return wrap(ops.mul(ops.reshape(a, [-1, 1]), ops.reshape(b, [1, -1])));
});
/** The same as `outer`. */
export const ger = outer;

/** `beta * input + alpha * (x @ y)`. */
export const addmm = define(
  'addmm',
  ['input', 'x', 'y'],
  ['beta', 'alpha'],
  (input: TensorLike, x: TensorLike, y: TensorLike, beta: number = 1, alpha: number = 1) => {
    const [a, b] = pair('addmm', x, y);
    return wrap(ops.add(ops.mul(unwrap('addmm', input), beta), ops.mul(ops.matmul(a, b), alpha)));
  },
);

/** `beta * input + alpha * (x @ y)` of stacks of matrices. */
export const baddbmm = define(
  'baddbmm',
  ['input', 'x', 'y'],
  ['beta', 'alpha'],
  (input: TensorLike, x: TensorLike, y: TensorLike, beta: number = 1, alpha: number = 1) =>
    addmm(input, x, y, beta, alpha),
);

/** The sum of the diagonal over two axes. */
export const trace = define(
  'trace',
  ['x'],
  ['offset', 'axis1', 'axis2'],
  (x: TensorLike, offset: number = 0, axis1: number = 0, axis2: number = 1) => {
    const tensor = unwrap('trace', x);
    return wrap(ops.cast(ops.trace(tensor, { offset, axis1, axis2 }), tensor.dtype));
  },
);

/** All products of elements: each element of `x` becomes a block, `y` times it. */
export const kron = define('kron', ['x', 'y'], [], (x: TensorLike, y: TensorLike) => {
  const [a, b] = pair('kron', x, y);
  const rank = Math.max(a.rank, b.rank);
  const padded = (z: CoreTensor) => [...new Array<number>(rank - z.rank).fill(1), ...z.shape];
  const [left, right] = [padded(a), padded(b)];
  const product = ops.mul(
    ops.reshape(
      a,
      left.flatMap((n) => [n, 1]),
    ),
    ops.reshape(
      b,
      right.flatMap((n) => [1, n]),
    ),
  );
  return wrap(
    ops.reshape(
      product,
      left.map((n, i) => n * right[i]),
    ),
  );
});

/** The vector product along an axis of size 3; 9, as in Paddle, stands for the first such axis. */
export const cross = define(
  'cross',
  ['x', 'y'],
  ['axis'],
  (x: TensorLike, y: TensorLike, axis: number = 9) => {
    const [a, b] = pair('cross', x, y);
    const at = axis === 9 ? a.shape.indexOf(3) : normalizeAxis('cross', axis, a.rank);
    ranks('cross', 'an axis of size 3', at >= 0 && a.shape[at] === 3, a);
    const turn = (z: CoreTensor, by: number) => ops.roll(z, by, at);
    return wrap(ops.sub(ops.mul(turn(a, -1), turn(b, -2)), ops.mul(turn(a, -2), turn(b, -1))));
  },
);

/** Sums of products over axes: the last `axes` of x with the first of y, or named ones. */
export const tensordot = define(
  'tensordot',
  ['x', 'y'],
  ['axes'],
  (
    x: TensorLike,
    y: TensorLike,
    axes: number | readonly number[] | readonly (readonly number[])[] = 2,
  ) => {
    const [a, b] = pair('tensordot', x, y);
    if (typeof axes === 'number') return wrap(ops.tensordot(a, b, axes));
    const nested = axes as readonly (number | readonly number[])[];
    const lists = nested.every((item) => typeof item === 'number')
      ? [nested as readonly number[], nested as readonly number[]]
      : [nested[0] as readonly number[], (nested[1] ?? nested[0]) as readonly number[]];
    return wrap(ops.tensordot(a, b, [lists[0], lists[1]]));
  },
);

/** The order of a norm: of vectors a number, of matrices also 'fro' and 'nuc'. */
export type NormOrder = number | 'fro' | 'nuc';

/** The p-norm over axes, or over all elements. */
export const vectorNorm = define(
  'vectorNorm',
  ['x'],
  ['p', 'axis', 'keepdim'],
  (x: TensorLike, p: number = 2, axis?: number | readonly number[], keepdim: boolean = false) =>
    wrap(ops.norm(floatOf('vectorNorm', x), axis ?? null, { order: p, keepDims: keepdim })),
);

function floatOf(op: string, x: TensorLike): CoreTensor {
  const tensor = unwrap(op, x);
  if (isFloat(tensor.dtype)) return tensor;
  throw new ValueError(`${op}: expected a tensor of floats, received ${tensor.dtype}`);
}

/** The norm of matrices over two axes: 'fro', 'nuc', 1, -1, 2, -2, infinity or -infinity. */
export const matrixNorm = define(
  'matrixNorm',
  ['x'],
  ['p', 'axis', 'keepdim'],
  (
    x: TensorLike,
    p: NormOrder = 'fro',
    axis: readonly number[] = [-2, -1],
    keepdim: boolean = false,
  ) => wrap(ops.matrixNorm(floatOf('matrixNorm', x), p, axis, keepdim)),
);

/**
 * The norm of vectors (one axis) or matrices (two). Without `p` the Euclidean norm; without axis, of
 * all elements.
 */
export const norm = define(
  'norm',
  ['x'],
  ['p', 'axis', 'keepdim'],
  (x: TensorLike, p?: NormOrder, axis?: number | readonly number[], keepdim: boolean = false) => {
    const tensor = floatOf('norm', x);
    const axes =
      axis === undefined || typeof axis === 'number' ? axis : axis.length === 1 ? axis[0] : axis;
    if (
      p === 'nuc' ||
      (Array.isArray(axes) && axes.length === 2 && p !== undefined && p !== 'fro')
    ) {
      const two = (axes as readonly number[] | undefined) ?? [-2, -1];
      return wrap(ops.matrixNorm(tensor, p as NormOrder, two, keepdim));
    }
    const order = p === undefined || p === 'fro' ? 2 : (p as number);
    return wrap(ops.norm(tensor, axes ?? null, { order, keepDims: keepdim }));
  },
);

/** The p-norm of the difference. */
export const dist = define(
  'dist',
  ['x', 'y'],
  ['p'],
  (x: TensorLike, y: TensorLike, p: number = 2) => {
    const [a, b] = pair('dist', x, y);
    return wrap(ops.norm(ops.sub(a, b), null, { order: p }));
  },
);

/** The p-norms between all rows of two matrices. */
export const cdist = define(
  'cdist',
  ['x', 'y'],
  ['p'],
  (x: TensorLike, y: TensorLike, p: number = 2) => {
    const [a, b] = pair('cdist', x, y);
    const difference = ops.sub(ops.expandDims(a, -2), ops.expandDims(b, -3));
    return wrap(ops.norm(difference, -1, { order: p }));
  },
);

/** The p-norms between all pairs of rows of a matrix. */
export const pdist = define('pdist', ['x'], ['p'], (x: TensorLike, p: number = 2) => {
  const rows = unwrap('pdist', x);
  const n = rows.shape[0];
  const pairs = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n - 1 - i }, (_, j) => [i, i + 1 + j]),
  ).flat();
  const [left, right] = [0, 1].map((side) =>
    ops.gather(
      rows,
      pairs.map((both) => both[side]),
    ),
  );
  return wrap(ops.norm(ops.sub(left, right), -1, { order: p }));
});

/** Slices along an axis scaled so that their p-norm is at most `maxNorm`. */
export const renorm = define(
  'renorm',
  ['x', 'p', 'axis', 'maxNorm'],
  [],
  (x: TensorLike, p: number, axis: number, maxNorm: number) => {
    const tensor = unwrap('renorm', x);
    const at = normalizeAxis('renorm', axis, tensor.rank);
    const others = tensor.shape.map((_, i) => i).filter((i) => i !== at);
    const length = ops.norm(tensor, others, { order: p, keepDims: true });
    const factor = ops.where(
      ops.greater(length, maxNorm),
      ops.div(maxNorm, ops.add(length, 1e-7)),
      1,
    );
    return wrap(ops.mul(tensor, factor));
  },
);

/** A chain of products of matrices. */
export const multiDot = define('multiDot', ['x'], [], (x: readonly TensorLike[]) =>
  wrap(x.map((m) => unwrap('multiDot', m)).reduce((a, b) => ops.matmul(a, b))),
);
