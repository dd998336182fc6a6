import { unaryResult } from '../../autograd/index.ts';
import { binary, input, unary } from '../../expr/index.ts';
import { broadcastShapes, DTypeError, type Tensor } from '../../tensor/index.ts';
import { zerosLike } from '../create.ts';
import { sumTo } from '../reduce/contract.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import { neg } from './arithmetic.ts';
import { cast } from './cast.ts';
import { formulaKernel } from './elementwise.ts';
import { atan2 } from './trigonometry.ts';

// Gradients of a real result with respect to a complex z = x + i y are dL/dx - i dL/dy: with it the
// chain rule of analytic functions holds as it stands for real ones.

/** A complex64 tensor from real and imaginary parts, broadcast together. */
export function complex(realPart: TensorLike, imaginaryPart: TensorLike): Tensor {
  const parts = [realPart, imaginaryPart].map((part) => cast(asTensor('complex', part), 'float32'));
  const shape = broadcastShapes('complex', ...parts.map((part) => part.shape));
  const formula = binary('complex', input(0), input(1));
  return unaryResult('complex', parts, () => formulaKernel(formula, parts, shape, 'complex64'), {
    backward: (gradient) => [
      sumTo(real(gradient), parts[0].shape),
      sumTo(neg(imag(gradient)), parts[1].shape),
    ],
  });
}

function partOf(op: 'real' | 'imag', z: TensorLike): Tensor {
  const tensor = asTensor(op, z);
  if (tensor.dtype !== 'complex64') {
    throw new DTypeError(`${op}: expected complex64, received ${tensor.dtype}`);
  }
  const formula = unary(op, input(0));
  return unaryResult(
    op,
    [tensor],
    () => formulaKernel(formula, [tensor], tensor.shape, 'float32'),
    {
      backward: (gradient) => [
        op === 'real'
          ? complex(gradient, zerosLike(gradient))
          : complex(zerosLike(gradient), neg(gradient)),
      ],
    },
  );
}

/** The real part of a complex64 tensor, float32. */
export const real = (z: TensorLike): Tensor => partOf('real', z);

/** The imaginary part of a complex64 tensor, float32. */
export const imag = (z: TensorLike): Tensor => partOf('imag', z);

/** The complex conjugate. */
export function conj(z: TensorLike): Tensor {
  const tensor = asTensor('conj', z);
  if (tensor.dtype !== 'complex64') return tensor;
  const formula = unary('conj', input(0));
  return unaryResult(
    'conj',
    [tensor],
    () => formulaKernel(formula, [tensor], tensor.shape, 'complex64'),
    {
      backward: (gradient) => [conj(gradient)],
    },
  );
}

/** The angle of a complex64 tensor in radians, in (-pi, pi], float32. */
export const angle = (z: TensorLike): Tensor => atan2(imag(z), real(z));
