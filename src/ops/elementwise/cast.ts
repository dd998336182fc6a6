import { input } from '../../expr/index.ts';
import { asDType, type DType, DTypeError, dtypes, type Tensor } from '../../tensor/index.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import { applyFormula } from './elementwise.ts';

/**
 * The elements in another type: fractions are cut off for integers, everything but 0 is true for
 * bool. Gradients pass between floating-point types.
 */
export function cast(x: TensorLike, dtype: DType): Tensor {
  const tensor = asTensor('cast', x);
  if (tensor.dtype === asDType(dtype)) return tensor;
  if (dtypes[dtype].kind === 'complex' || dtypes[tensor.dtype].kind === 'complex') {
    throw new DTypeError(
      `cast: ${tensor.dtype} to ${dtype}; use complex(real, imaginary), real(x) and imag(x)`,
    );
  }
  return applyFormula('cast', input(0), [tensor], dtype, { attributes: { dtype } });
}
