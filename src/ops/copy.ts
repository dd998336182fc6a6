import { unaryResult } from '../autograd/index.ts';
import { run } from '../backends/registry.ts';
import { input } from '../expr/index.ts';
import { type DType, isRowMajor, type Tensor, type View } from '../tensor/index.ts';
import { emptyTensor } from './result.ts';
import { asTensor, type TensorLike } from './tensor-like.ts';

/** The formula of a copy. */
export const identity = [input(0)];

/** Copies `from` into the view `to` of the same shape, converting to its type. Unrecorded. */
export function copyInto(from: View, to: View): void {
  run('elementwise', [from], [to], { formulas: identity });
}

/** A copy without history, in the same memory order. */
export function identityKernel(x: Tensor, dtype: DType): Tensor {
  const result = emptyTensor(x.shape, dtype, [x]);
  copyInto(x, result);
  return result;
}

/** A row-major copy without history; the tensor itself if it is row-major. */
export function rowMajor(x: Tensor): Tensor {
  if (isRowMajor(x.shape, x.strides)) return x;
  const result = emptyTensor(x.shape, x.dtype);
  copyInto(x, result);
  return result;
}

/**
 * The same elements in the memory order of `like`, a tensor of the same shape: copied only if they
 * do not lie so already. Gradients of what was copied into row-major order go back so, since the
 * kernels behind them want the order that they had.
 */
export function inOrderOf(x: Tensor, like: Tensor): Tensor {
  const alike = x.shape.every((n, axis) => n === 1 || x.strides[axis] === like.strides[axis]);
  if (alike) return x;
  const forward = (): Tensor => {
    const result = emptyTensor(x.shape, x.dtype, [like]);
    copyInto(x, result);
    return result;
  };
  return unaryResult('copy', [x], forward, { backward: (gradient) => [gradient] });
}

/** A copy in memory of its own; gradients pass. */
export function copy(x: TensorLike): Tensor {
  const tensor = asTensor('copy', x);
  return unaryResult('copy', [tensor], () => identityKernel(tensor, tensor.dtype), {
    backward: (gradient) => [gradient],
  });
}

/**
 * The same elements one behind the other in row-major order: copied only if they do not lie so
 * already.
 */
export function contiguous(x: TensorLike): Tensor {
  const tensor = asTensor('contiguous', x);
  if (tensor.isContiguous) return tensor;
  return unaryResult('contiguous', [tensor], () => rowMajor(tensor), {
    backward: (gradient) => [gradient],
  });
}
