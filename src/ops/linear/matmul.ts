import { unaryResult } from '../../autograd/index.ts';
import { run } from '../../backends/registry.ts';
import {
  broadcastShapes,
  type DType,
  DTypeError,
  dtypes,
  formatShape,
  isDifferentiable,
  ShapeError,
  sizeOf,
  type Tensor,
  ValueError,
} from '../../tensor/index.ts';
import { cast } from '../elementwise/cast.ts';
import { commonType } from '../elementwise/elementwise.ts';
import { sumTo } from '../reduce/contract.ts';
import { broadcastView, emptyTensor } from '../result.ts';
import { expandDims, reshape, squeeze } from '../shape/reshape.ts';
import { swapAxes } from '../shape/transpose.ts';
import { sparseMatmul } from '../sparse/sparse-matmul.ts';
import { SparseMatrix } from '../sparse/sparse-matrix.ts';
import { asTensors, type TensorLike } from '../tensor-like.ts';
import { biasTensor, type EpilogueOptions } from './epilogue.ts';
import { activationFormula, beforeActivation } from './fused-activation.ts';

/** Options of `matmul`. */
export interface MatMulOptions extends EpilogueOptions {
  /** Use the first operand with its last two axes exchanged. */
  readonly transposeA?: boolean;
  /** Use the second operand with its last two axes exchanged. */
  readonly transposeB?: boolean;
}

/**
 * The matrix product over the last two axes, `[…, m, k] x […, k, n]`; the axes before them are
 * broadcast. A vector counts as a row on the left and a column on the right, as in NumPy. The left
 * side may be a `SparseMatrix`.
 * @example matmul(x, w, { bias, activation: 'relu' });
 */
export function matmul(
  a: TensorLike | SparseMatrix,
  b: TensorLike,
  options: MatMulOptions = {},
): Tensor {
  const { transposeA = false, transposeB = false } = options;
  if (a instanceof SparseMatrix) {
    if (transposeA || transposeB) {
      throw new ValueError('matmul: a sparse matrix takes no transposeA or transposeB');
    }
    return sparseMatmul(a, b, options);
  }
  let [x, y] = asTensors('matmul', [a, b]);
  const dtype = productType('matmul', x, y);
  [x, y] = [cast(x, dtype), cast(y, dtype)];
  const [row, column] = [x.rank === 1, y.rank === 1];
  if (x.rank === 0 || y.rank === 0) {
    throw new ShapeError(
      `matmul: needs tensors of rank 1 or more, received ${formatShape(x.shape)} and ` +
        `${formatShape(y.shape)}; use mul for scalars`,
    );
  }
  if (row) x = expandDims(x, 0);
  else if (transposeA) x = swapAxes(x, -1, -2);
  if (column) y = expandDims(y, -1);
  else if (transposeB) y = swapAxes(y, -1, -2);
  const result = product(x, y, options);
  if (row && column) return squeeze(result, [-1, -2]);
  return row ? squeeze(result, -2) : column ? squeeze(result, -1) : result;
}

/** The type of a product: small integers grow to int32, as sums do. */
export function productType(op: string, ...tensors: readonly Tensor[]): DType {
  const dtype = commonType(tensors);
  const { kind } = dtypes[dtype];
  if (kind === 'complex') throw new DTypeError(`${op}: complex64 is not taken`);
  return kind === 'float' || dtype === 'int64' ? dtype : 'int32';
}

function product(a: Tensor, b: Tensor, { bias, activation }: EpilogueOptions): Tensor {
  const [m, k] = a.shape.slice(-2);
  const [inner, n] = b.shape.slice(-2);
  if (inner !== k) {
    throw new ShapeError(
      `matmul: ${formatShape(a.shape)} x ${formatShape(b.shape)}: the first has ${k} columns but ` +
        `the second ${inner} rows`,
    );
  }
  const offset = biasTensor('matmul', bias, n, a.dtype);
  if (a.rank > 2 && b.rank === 2) {
    // One large product instead of many small ones.
    const rows = a.shape.slice(0, -1);
    const flat = product(reshape(a, [sizeOf(rows), k]), b, { bias: offset, activation });
    return reshape(flat, [...rows, n]);
  }
  const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  const formula = activationFormula('matmul', activation);
  const inputs = offset ? [a, b, offset] : [a, b];
  const forward = (): Tensor => {
    const c = emptyTensor([...batch, m, n], a.dtype);
    const views = [broadcastView(a, [...batch, m, k]), broadcastView(b, [...batch, k, n])];
    run('matMul', offset ? [...views, offset] : views, [c], { activation: formula });
    return c;
  };
  const result: Tensor = unaryResult('matmul', inputs, forward, {
    attributes: { activation: activation ?? null },
    backward: isDifferentiable(a.dtype)
      ? (gradient, [needA, needB, needBias]) => {
          const g = beforeActivation(activation, gradient, result);
          return [
            needA ? sumTo(matmul(g, b, { transposeB: true }), a.shape) : null,
            needB ? sumTo(matmul(a, g, { transposeA: true }), b.shape) : null,
            needBias ? sumTo(g, [n]) : null,
          ];
        }
      : undefined,
  });
  return result;
}

/**
 * A fully connected layer's product: x [.., in] times w [in, out], plus bias [out], then the
 * activation, in one kernel.
 * @example dense(x, w, b, 'relu');
 */
export function dense(
  x: TensorLike | SparseMatrix,
  w: TensorLike,
  bias?: TensorLike | null,
  activation?: EpilogueOptions['activation'],
): Tensor {
  if (x instanceof SparseMatrix) return sparseMatmul(x, w, { bias, activation });
  const [tensor, weights] = asTensors('dense', [x, w]);
  if (weights.rank !== 2 || tensor.rank === 0 || tensor.shape.at(-1) !== weights.shape[0]) {
    throw new ShapeError(
      `dense: input ${formatShape(tensor.shape)} and weights ${formatShape(weights.shape)} do not ` +
        'fit: expected [.., in] and [in, out]',
    );
  }
  return matmul(tensor, weights, { bias, activation });
}
