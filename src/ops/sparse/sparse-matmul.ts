import { unaryResult } from '../../autograd/index.ts';
import { run } from '../../backends/registry.ts';
import { formatShape, ShapeError, type Tensor } from '../../tensor/index.ts';
import { cast } from '../elementwise/cast.ts';
import { biasTensor, type EpilogueOptions } from '../linear/epilogue.ts';
import { activationFormula, beforeActivation } from '../linear/fused-activation.ts';
import { sumTo } from '../reduce/contract.ts';
import { asFloat } from '../reduce/statistics.ts';
import { emptyTensor } from '../result.ts';
import type { TensorLike } from '../tensor-like.ts';
import type { SparseMatrix } from './sparse-matrix.ts';

/**
 * The product of a sparse matrix [rows, inner] and a dense one [inner, n]; gradients reach the
 * dense side, bias and activation as in `matmul`.
 */
export function sparseMatmul(
  a: SparseMatrix,
  b: TensorLike,
  { bias, activation }: EpilogueOptions = {},
): Tensor {
  const dense = asFloat('sparseMatmul', b);
  if (dense.rank !== 2 || dense.shape[0] !== a.shape[1]) {
    throw new ShapeError(
      `sparseMatmul: a sparse matrix ${formatShape(a.shape)} cannot multiply ` +
        `${formatShape(dense.shape)}: expected [${a.shape[1]}, n]`,
    );
  }
  const n = dense.shape[1];
  const values = cast(a.values, dense.dtype);
  const offset = biasTensor('sparseMatmul', bias, n, dense.dtype);
  const formula = activationFormula('sparseMatmul', activation);
  const inputs = offset ? [dense, offset] : [dense];
  const forward = (): Tensor => {
    const c = emptyTensor([a.shape[0], n], dense.dtype);
    const views = [values, a.columns, a.rowStarts, ...inputs];
    run('sparseMatMul', views, [c], { activation: formula });
    return c;
  };
  const result: Tensor = unaryResult('sparseMatmul', inputs, forward, {
    attributes: { activation: activation ?? null },
    backward: (gradient, [needDense, needBias]) => {
      const g = beforeActivation(activation, gradient, result);
      return [needDense ? transposedProduct(a, g) : null, needBias ? sumTo(g, [n]) : null];
    },
  });
  return result;
}

/** transposed(a) x dc: the gradient with respect to the dense side. */
function transposedProduct(a: SparseMatrix, dc: Tensor): Tensor {
  const forward = (): Tensor => {
    const db = emptyTensor([a.shape[1], dc.shape[1]], dc.dtype);
    run('sparseMatMulGrad', [cast(a.values, dc.dtype), a.columns, a.rowStarts, dc], [db], {});
    return db;
  };
  return unaryResult('sparseMatmulGradient', [dc], forward, {
    backward: (gradient) => [sparseMatmul(a, gradient)],
  });
}
