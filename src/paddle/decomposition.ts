// Decompositions of matrices and what follows from them. They run on elements at hand, in float64.
import * as ops from '../ops/index.ts';
import {
  type Tensor as CoreTensor,
  formatShape,
  isFloat,
  ShapeError,
  ValueError,
} from '../tensor/index.ts';
import { type NormOrder, norm } from './linalg.ts';
import { define, type Keyworded } from './signature.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from './tensor.ts';

const turned = (x: CoreTensor): CoreTensor => ops.swapAxes(x, -1, -2);

function floats(op: string, x: TensorLike): CoreTensor {
  const tensor = unwrap(op, x);
  if (isFloat(tensor.dtype)) return tensor;
  throw new ValueError(`${op}: expected a tensor of floats, received ${tensor.dtype}`);
}

/** The determinant of square matrices. */
export const det = define('det', ['x'], [], (x: TensorLike) =>
  wrap(ops.determinant(floats('det', x))),
);

/** The sign of the determinant and the logarithm of its size, [2, ..]. */
export const slogdet = define('slogdet', ['x'], [], (x: TensorLike) => {
  const { sign, logarithm } = ops.logDeterminant(floats('slogdet', x));
  return wrap(ops.stack([sign, logarithm]));
});

/** The inverse of square matrices. */
export const inv = define('inv', ['x'], [], (x: TensorLike) => wrap(ops.inverse(floats('inv', x))));
/** The inverse of square matrices. */
export const inverse = inv;

/** The solution of `x z = y`, or (`left` false) of `z x = y`. */
export const solve = define(
  'solve',
  ['x', 'y'],
  ['left'],
  (x: TensorLike, y: TensorLike, left: boolean = true) => {
    const [a, b] = [floats('solve', x), floats('solve', y)];
    return wrap(left ? ops.solve(a, b) : turned(ops.solve(turned(a), turned(b))));
  },
);

/** The solution of `x z = y` with a triangle x, of which the other half is not read. */
export const triangularSolve = define(
  'triangularSolve',
  ['x', 'y'],
  ['upper', 'transpose', 'unitriangular'],
  (
    x: TensorLike,
    y: TensorLike,
    upper: boolean = true,
    transpose: boolean = false,
    unitriangular: boolean = false,
  ) => {
    const given = floats('triangularSolve', x);
    const n = given.shape[given.rank - 1];
    const inside = unitriangular
      ? upper
        ? ops.triu(given, 1)
        : ops.tril(given, -1)
      : upper
        ? ops.triu(given)
        : ops.tril(given);
    const triangle = unitriangular
      ? ops.add(inside, ops.eye(n, n, { dtype: given.dtype }))
      : inside;
    return wrap(ops.solve(transpose ? turned(triangle) : triangle, floats('triangularSolve', y)));
  },
);

/** The triangle whose product with its transpose is a symmetric positive definite matrix. */
export const cholesky = define(
  'cholesky',
  ['x'],
  ['upper'],
  (x: TensorLike, upper: boolean = false) => {
    const lower = ops.cholesky(floats('cholesky', x));
    return wrap(upper ? turned(lower) : lower);
  },
);

/** The solution of `A z = x` where y is the Cholesky triangle of A. */
export const choleskySolve = define(
  'choleskySolve',
  ['x', 'y'],
  ['upper'],
  (x: TensorLike, y: TensorLike, upper: boolean = false) => {
    const [b, given] = [floats('choleskySolve', x), floats('choleskySolve', y)];
    const lower = upper ? turned(ops.triu(given)) : ops.tril(given);
    return wrap(ops.solve(turned(lower), ops.solve(lower, b)));
  },
);

/** The inverse of A whose Cholesky triangle is x. */
export const choleskyInverse = define(
  'choleskyInverse',
  ['x'],
  ['upper'],
  (x: TensorLike, upper: boolean = false) => {
    const given = floats('choleskyInverse', x);
    const lower = upper ? turned(ops.triu(given)) : ops.tril(given);
    return wrap(ops.inverse(ops.matmul(lower, turned(lower))));
  },
);

/** A matrix to a whole power; negative ones are powers of the inverse. */
export const matrixPower = define('matrixPower', ['x', 'n'], [], (x: TensorLike, n: number) => {
  if (!Number.isInteger(n))
    throw new ValueError(`matrixPower: n must be a whole number, received ${n}`);
  const given = floats('matrixPower', x);
  const size = given.shape[given.rank - 1];
  let base = n < 0 ? ops.inverse(given) : given;
  let result = ops.broadcastTo(ops.eye(size, size, { dtype: given.dtype }), given.shape);
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2) result = ops.matmul(result, base);
    if (rest > 1) base = ops.matmul(base, base);
  }
  return wrap(result);
});

/** Unitary u, singular values and vᵀ of matrices; with `fullMatrices` u and v are square. */
export const svd = define(
  'svd',
  ['x'],
  ['fullMatrices'],
  (x: TensorLike, fullMatrices: boolean = false): [Tensor, Tensor, Tensor] => {
    const given = floats('svd', x);
    const { u, values, v } = ops.singularValues(given);
    if (!fullMatrices) return [wrap(u), wrap(values), wrap(turned(v))];
    return [wrap(completed(u)), wrap(values), wrap(turned(completed(v)))];
  },
);

/** Perpendicular columns, and others that fill the square. */
function completed(u: CoreTensor): CoreTensor {
  const [rows, columns] = u.shape.slice(-2);
  if (rows === columns) return u;
  const { q } = ops.orthogonalTriangular(u.detach(), true);
  return ops.concat([u, ops.narrow(q, -1, columns, rows - columns)], -1);
}

/** The singular values of matrices, from the largest on. */
export const svdvals = define('svdvals', ['x'], [], (x: TensorLike) =>
  wrap(ops.singularValues(floats('svdvals', x)).values),
);

/** Perpendicular columns and an upper triangle; mode 'reduced', 'complete' or 'r' (the triangle alone). No gradient. */
export const qr = define(
  'qr',
  ['x'],
  ['mode'],
  (x: TensorLike, mode: string = 'reduced'): Tensor | [Tensor, Tensor] => {
    if (!['reduced', 'complete', 'r'].includes(mode)) {
      throw new ValueError(`qr: mode must be reduced, complete or r, received '${mode}'`);
    }
    const { q, r } = ops.orthogonalTriangular(floats('qr', x), mode === 'complete');
    return mode === 'r' ? wrap(r) : [wrap(q), wrap(r)];
  },
) as unknown as Keyworded<readonly ['x', 'mode'], [x: TensorLike, mode?: string], [Tensor, Tensor]>;

/** Lower times upper in one matrix, and the rows exchanged, from 1 on. No gradient. */
export const lu = define(
  'lu',
  ['x'],
  ['pivot'],
  (x: TensorLike, _pivot: boolean = true): [Tensor, Tensor] => {
    const given = floats('lu', x);
    const { lu: factors, pivots } = ops.luFactors(given);
    const flat = ops.tensor(pivots.flat(), { dtype: 'int32' });
    return [
      wrap(factors),
      wrap(ops.reshape(flat, [...given.shape.slice(0, -2), pivots[0]?.length ?? 0])),
    ];
  },
);

/** Eigenvalues, from the smallest on, and eigenvectors of symmetric matrices. */
export const eigh = define(
  'eigh',
  ['x'],
  ['UPLO'],
  (x: TensorLike, UPLO: string = 'L'): [Tensor, Tensor] => {
    const { values, vectors } = ops.symmetricEigen(floats('eigh', x), UPLO === 'U');
    return [wrap(values), wrap(vectors)];
  },
);

/** Eigenvalues of symmetric matrices, from the smallest on. */
export const eigvalsh = define('eigvalsh', ['x'], ['UPLO'], (x: TensorLike, UPLO: string = 'L') =>
  wrap(ops.symmetricEigen(floats('eigvalsh', x), UPLO === 'U').values),
);

/** The pseudoinverse: singular values up to `rcond` times the largest count as 0. */
export const pinv = define(
  'pinv',
  ['x'],
  ['rcond', 'hermitian'],
  (x: TensorLike, rcond: number = 1e-15, _hermitian: boolean = false) => {
    const { u, values, v } = ops.singularValues(floats('pinv', x));
    const least = ops.mul(ops.max(values.detach(), -1, { keepDims: true }), rcond);
    const counts = ops.greater(values.detach(), least);
    const inverted = ops.where(counts, ops.div(1, ops.where(counts, values, 1)), 0);
    return wrap(ops.matmul(ops.mul(v, ops.expandDims(inverted, -2)), turned(u)));
  },
);

/** The number of singular values above a tolerance, int64. */
export const matrixRank = define(
  'matrixRank',
  ['x'],
  ['tol', 'hermitian'],
  (x: TensorLike, tol?: number | Tensor, _hermitian: boolean = false) => {
    const given = floats('matrixRank', x);
    const { values } = ops.singularValues(given.detach());
    const size = Math.max(...given.shape.slice(-2));
    const epsilon = given.dtype === 'float64' ? 2.220446049250313e-16 : 1.1920928955078125e-7;
    const least =
      tol === undefined
        ? ops.mul(ops.max(values, -1, { keepDims: true }), size * epsilon)
        : typeof tol === 'number'
          ? tol
          : ops.expandDims(tol.tensor, -1);
    return wrap(ops.cast(ops.countNonzero(ops.greater(values, least), -1), 'int64'));
  },
);

/** How much an error may grow when a system is solved: the norm times that of the inverse. */
export const cond = define('cond', ['x'], ['p'], (x: TensorLike, p?: NormOrder) => {
  const given = floats('cond', x);
  if (p === undefined || p === 2 || p === -2) {
    const { values } = ops.singularValues(given);
    const [largest, smallest] = [ops.max(values, -1), ops.min(values, -1)];
    return wrap(p === -2 ? ops.div(smallest, largest) : ops.div(largest, smallest));
  }
  const [own, other] = [given, ops.inverse(given)].map((m) => norm(m, p, [-2, -1]).tensor);
  return wrap(ops.mul(own, other));
});

/** The solution with the smallest squared error, the squared errors, the rank and the singular values. */
export const lstsq = define(
  'lstsq',
  ['x', 'y'],
  ['rcond', 'driver'],
  (
    x: TensorLike,
    y: TensorLike,
    rcond?: number,
    driver: string = 'gels',
  ): [Tensor, Tensor, Tensor, Tensor] => {
    const [a, b] = [floats('lstsq', x), floats('lstsq', y)];
    const [rows, columns] = a.shape.slice(-2);
    if (b.shape[b.rank - 2] !== rows) {
      throw new ShapeError(`lstsq: ${formatShape(a.shape)} and ${formatShape(b.shape)} do not fit`);
    }
    const epsilon = a.dtype === 'float64' ? 2.220446049250313e-16 : 1.1920928955078125e-7;
    const least = rcond ?? epsilon * Math.max(rows, columns);
    const solution = ops.matmul(pinv(a, least).tensor, b);
    const found = matrixRank(a).tensor;
    const exact = Array.from(found.dataSync()).every((n) => n === columns);
    const none = ops.zeros([0], { dtype: a.dtype });
    // As in Paddle, only the drivers that decompose the matrix say more than the solution.
    const spectral = driver === 'gelsd' || driver === 'gelss';
    const residuals =
      spectral && exact && rows > columns
        ? ops.sum(ops.square(ops.sub(b, ops.matmul(a, solution))), -2)
        : none;
    const values = spectral ? ops.singularValues(a.detach()).values : none;
    return [wrap(solution), wrap(residuals), wrap(ops.cast(found, 'int32')), wrap(values)];
  },
);

/** The covariances of variables, one in each row (or column). */
export const cov = define(
  'cov',
  ['x'],
  ['rowvar', 'ddof', 'fweights', 'aweights'],
  (
    x: TensorLike,
    rowvar: boolean = true,
    ddof: boolean = true,
    fweights?: TensorLike,
    aweights?: TensorLike,
  ) => {
    const given = floats('cov', x);
    const rows = given.rank === 1 ? ops.reshape(given, [1, -1]) : rowvar ? given : turned(given);
    const weights = [fweights, aweights].flatMap((w) =>
      w === undefined ? [] : [ops.cast(unwrap('cov', w), given.dtype)],
    );
    const all = weights.length
      ? weights.reduce((a, b) => ops.mul(a, b))
      : ops.ones([rows.shape[1]], { dtype: given.dtype });
    const total = ops.sum(all);
    const center = ops.div(ops.sum(ops.mul(rows, all), 1, { keepDims: true }), total);
    const apart = ops.sub(rows, center);
    const lost = !ddof
      ? 0
      : aweights === undefined
        ? 1
        : ops.div(ops.sum(ops.mul(all, weights[weights.length - 1])), total);
    const product = ops.matmul(ops.mul(apart, all), apart, { transposeB: true });
    const found = ops.div(product, ops.sub(total, lost));
    return wrap(given.rank === 1 ? ops.reshape(found, []) : found);
  },
);

/** The correlations of variables, one in each row (or column). */
export const corrcoef = define(
  'corrcoef',
  ['x'],
  ['rowvar'],
  (x: TensorLike, rowvar: boolean = true) => {
    const found = cov(x, rowvar).tensor;
    if (found.rank === 0) return wrap(ops.div(found, found));
    const spread = ops.sqrt(ops.diagonal(found));
    const scaled = ops.div(ops.div(found, ops.expandDims(spread, -1)), ops.expandDims(spread, 0));
    return wrap(ops.clip(scaled, -1, 1));
  },
);

/** Terms of the series, for matrices that were halved until they are small. */
const expTerms = 18;

/** The exponential of square matrices: halved until small, summed as a series, squared again. */
export const matrixExp = define('matrixExp', ['x'], [], (x: TensorLike) => {
  const given = floats('matrixExp', x);
  const size = given.shape[given.rank - 1];
  const reach = given.size ? Number(ops.max(ops.sum(ops.abs(given.detach()), -2)).item()) : 0;
  let halvings = 0;
  while (reach / 2 ** halvings > 0.5) halvings++;
  const small = ops.div(given, 2 ** halvings);
  const unit = ops.eye(size, size, { dtype: given.dtype });
  let result = ops.broadcastTo(unit, given.shape);
  // Horner's scheme: 1 + x/1 (1 + x/2 (1 + …)).
  for (let term = expTerms; term >= 1; term--) {
    result = ops.add(unit, ops.div(ops.matmul(small, result), term));
  }
  for (let i = 0; i < halvings; i++) result = ops.matmul(result, result);
  return wrap(result);
});
