import { operation, unaryResult } from '../../autograd/index.ts';
import { math } from '../../expr/index.ts';
import { formatShape, ShapeError, type Tensor, ValueError } from '../../tensor/index.ts';
import { eye } from '../create.ts';
import { add, mul, neg, sub } from '../elementwise/arithmetic.ts';
import { asFloat } from '../reduce/statistics.ts';
import { broadcastTo } from '../shape/broadcast-to.ts';
import { tril } from '../shape/diagonal.ts';
import { expandDims, reshape } from '../shape/reshape.ts';
import { swapAxes } from '../shape/transpose.ts';
import type { TensorLike } from '../tensor-like.ts';
import {
  checkMatrices,
  type Matrix,
  matricesOf,
  stackOf,
  unitMatrix,
  zeroMatrix,
} from './host-matrices.ts';
import { matmul } from './matmul.ts';

/** A matrix as lower times upper, its rows exchanged on the way. */
interface Factors {
  readonly lu: Matrix;
  /** Row that stands at each place. */
  readonly order: readonly number[];
  /** Row with which each was exchanged, counted from 1. */
  readonly pivots: readonly number[];
  readonly sign: number;
  readonly singular: boolean;
}

/** Gaussian elimination with the largest pivot of each column. */
function factorize({ rows, columns, data }: Matrix): Factors {
  const lu = Float64Array.from(data);
  const order = Array.from({ length: rows }, (_, i) => i);
  const pivots: number[] = [];
  let sign = 1;
  let singular = false;
  for (let k = 0; k < Math.min(rows, columns); k++) {
    let best = k;
    for (let i = k + 1; i < rows; i++) {
      if (Math.abs(lu[i * columns + k]) > Math.abs(lu[best * columns + k])) best = i;
    }
    pivots.push(best + 1);
    if (best !== k) {
      sign = -sign;
      [order[k], order[best]] = [order[best], order[k]];
      for (let j = 0; j < columns; j++) {
        [lu[k * columns + j], lu[best * columns + j]] = [
          lu[best * columns + j],
          lu[k * columns + j],
        ];
      }
    }
    const pivot = lu[k * columns + k];
    if (pivot === 0) {
      singular = true;
      continue;
    }
    for (let i = k + 1; i < rows; i++) {
      const factor = lu[i * columns + k] / pivot;
      lu[i * columns + k] = factor;
      for (let j = k + 1; j < columns; j++) lu[i * columns + j] -= factor * lu[k * columns + j];
    }
  }
  return { lu: { rows, columns, data: lu }, order, pivots, sign, singular };
}

/** The solution of `a x = b`. */
function solveOne(op: string, a: Matrix, b: Matrix): Float64Array {
  const { lu, order, singular } = factorize(a);
  if (singular) throw new ValueError(`${op}: the matrix is singular`);
  const n = a.rows;
  const width = b.columns;
  const x = new Float64Array(n * width);
  for (let c = 0; c < width; c++) {
    for (let i = 0; i < n; i++) {
      let sum = b.data[order[i] * width + c];
      for (let k = 0; k < i; k++) sum -= lu.data[i * n + k] * x[k * width + c];
      x[i * width + c] = sum;
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = x[i * width + c];
      for (let k = i + 1; k < n; k++) sum -= lu.data[i * n + k] * x[k * width + c];
      x[i * width + c] = sum / lu.data[i * n + i];
    }
  }
  return x;
}

const turned = (x: Tensor): Tensor => swapAxes(x, -1, -2);

/** The inverse of square matrices [.., n, n]. Throws a ValueError for a singular one. */
export function inverse(x: TensorLike): Tensor {
  const tensor = asFloat('inverse', x);
  checkMatrices('inverse', tensor, true);
  const size = tensor.shape[tensor.rank - 1];
  const result: Tensor = unaryResult(
    'inverse',
    [tensor],
    () =>
      stackOf(
        tensor,
        [size, size],
        matricesOf(tensor).map((m) => solveOne('inverse', m, unitMatrix(size))),
      ),
    {
      backward: (gradient) => {
        const back = turned(result);
        return [neg(matmul(matmul(back, gradient), back))];
      },
    },
  );
  return result;
}

/**
 * The solution x of `a x = b` for square matrices a [.., n, n] and b [.., n, k] (or one vector [n]).
 * Throws a ValueError if a is singular.
 */
export function solve(a: TensorLike, b: TensorLike): Tensor {
  const matrix = asFloat('solve', a);
  const given = asFloat('solve', b);
  checkMatrices('solve', matrix, true);
  const vector = given.rank === 1;
  const right = vector ? expandDims(given, -1) : given;
  if (right.shape[right.rank - 2] !== matrix.shape[matrix.rank - 1]) {
    throw new ShapeError(
      `solve: ${formatShape(matrix.shape)} and ${formatShape(given.shape)} do not fit`,
    );
  }
  const solution = solveStacks(matrix, right);
  return vector ? reshape(solution, solution.shape.slice(0, -1)) : solution;
}

function solveStacks(a: Tensor, b: Tensor): Tensor {
  const outer = [a, b].map((x) => x.shape.slice(0, -2));
  const rank = Math.max(outer[0].length, outer[1].length);
  const stack = Array.from({ length: rank }, (_, i) =>
    Math.max(...outer.map((s) => s[i - rank + s.length] ?? 1)),
  );
  const [left, right] = [a, b].map((x) => broadcastTo(x, [...stack, ...x.shape.slice(-2)]));
  const forward = (): Tensor => {
    const rights = matricesOf(right);
    return stackOf(
      right,
      right.shape.slice(-2),
      matricesOf(left).map((m, i) => solveOne('solve', m, rights[i])),
    );
  };
  const result: Tensor = unaryResult('solve', [left, right], forward, {
    backward: (gradient) => {
      const back = solveStacks(turned(left), gradient);
      return [neg(matmul(back, turned(result))), back];
    },
  });
  return result;
}

/** The sign of the determinant and the logarithm of its size, for square matrices [.., n, n]. */
export function logDeterminant(x: TensorLike): { sign: Tensor; logarithm: Tensor } {
  const tensor = asFloat('logDeterminant', x);
  checkMatrices('logDeterminant', tensor, true);
  const size = tensor.shape[tensor.rank - 1];
  const forward = (): Tensor[] => {
    const found = matricesOf(tensor).map(factorize);
    const diagonal = (f: Factors) =>
      Array.from({ length: size }, (_, i) => f.lu.data[i * size + i]);
    const signs = found.map((f) =>
      Float64Array.of(diagonal(f).reduce((s, d) => s * Math.sign(d), f.sign)),
    );
    const sizes = found.map((f) =>
      Float64Array.of(diagonal(f).reduce((sum, d) => sum + math.log(Math.abs(d)), 0)),
    );
    return [stackOf(tensor, [], signs), stackOf(tensor, [], sizes)];
  };
  const [sign, logarithm] = operation('logDeterminant', [tensor], forward, {
    backward: ([, gradient]) => {
      if (!gradient) return [null];
      const spread = reshape(gradient, [...gradient.shape, 1, 1]);
      return [mul(spread, turned(inverse(tensor)))];
    },
  });
  return { sign: sign.detach(), logarithm };
}

/** The determinant of square matrices [.., n, n]. */
export function determinant(x: TensorLike): Tensor {
  const tensor = asFloat('determinant', x);
  checkMatrices('determinant', tensor, true);
  const size = tensor.shape[tensor.rank - 1];
  const result: Tensor = unaryResult(
    'determinant',
    [tensor],
    () =>
      stackOf(
        tensor,
        [],
        matricesOf(tensor).map((m) => {
          const { lu, sign } = factorize(m);
          let product = sign;
          for (let i = 0; i < size; i++) product *= lu.data[i * size + i];
          return Float64Array.of(product);
        }),
      ),
    {
      backward: (gradient) => {
        const scaled = mul(gradient, result);
        return [mul(reshape(scaled, [...scaled.shape, 1, 1]), turned(inverse(tensor)))];
      },
    },
  );
  return result;
}

/** Lower times upper in one matrix, with the rows exchanged (int32, from 1). No gradient. */
export function luFactors(x: TensorLike): { lu: Tensor; pivots: number[][] } {
  const tensor = asFloat('luFactors', x);
  checkMatrices('luFactors', tensor);
  const found = matricesOf(tensor).map(factorize);
  return {
    lu: stackOf(
      tensor,
      tensor.shape.slice(-2),
      found.map((f) => f.lu.data),
    ),
    pivots: found.map((f) => [...f.pivots]),
  };
}

/** The lower triangle whose product with its transpose is the matrix; symmetric positive definite ones only. */
export function cholesky(x: TensorLike): Tensor {
  const tensor = asFloat('cholesky', x);
  checkMatrices('cholesky', tensor, true);
  const size = tensor.shape[tensor.rank - 1];
  const result: Tensor = unaryResult(
    'cholesky',
    [tensor],
    () =>
      stackOf(
        tensor,
        [size, size],
        matricesOf(tensor).map((m) => choleskyOne(m).data),
      ),
    {
      backward: (gradient) => {
        // Murray, "Differentiation of the Cholesky decomposition", 2016.
        const lower = result;
        const inner = tril(matmul(turned(lower), gradient));
        const halves = halved(inner, size);
        const symmetric = mul(add(halves, turned(halves)), 0.5);
        const left = solveStacks(turned(lower), symmetric);
        return [turned(solveStacks(turned(lower), turned(left)))];
      },
    },
  );
  return result;
}

/** The matrices with their diagonals halved. */
const halved = (x: Tensor, size: number): Tensor =>
  mul(x, sub(1, mul(eye(size, size, { dtype: x.dtype }), 0.5)));

function choleskyOne({ rows: n, data }: Matrix): Matrix {
  const lower = zeroMatrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = data[i * n + j];
      for (let k = 0; k < j; k++) sum -= lower.data[i * n + k] * lower.data[j * n + k];
      if (i === j && !(sum > 0)) {
        throw new ValueError(`cholesky: the matrix is not positive definite (row ${i})`);
      }
      lower.data[i * n + j] = i === j ? Math.sqrt(sum) : sum / lower.data[j * n + j];
    }
  }
  return lower;
}
