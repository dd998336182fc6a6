import { unaryResult } from '../../autograd/index.ts';
import { type Expr, input } from '../../expr/index.ts';
import { normalizeAxis, type Tensor } from '../../tensor/index.ts';
import { elementwise } from '../elementwise/elementwise.ts';
import type { TensorLike } from '../tensor-like.ts';
import { asFloat, norm } from './statistics.ts';

/**
 * The p-norm along an axis, which stays with size 1; `epsilon` keeps the denominator of the gradient,
 * `x |x|^(p - 2) / (norm^(p - 1) + epsilon)`, from 0.
 */
export function pNorm(x: TensorLike, axis: number, p: number, epsilon: number): Tensor {
  const tensor = asFloat('pNorm', x);
  const at = normalizeAxis('pNorm', axis, tensor.rank);
  const power = (v: Expr, exponent: number): Expr =>
    exponent === 0 ? input(0).mul(0).add(1) : exponent === 1 ? v : v.pow(exponent);
  const result: Tensor = unaryResult(
    'pNorm',
    [tensor],
    () => norm(tensor, at, { order: p, keepDims: true }),
    {
      attributes: { axis: at, p, epsilon },
      backward: (gradient) => [
        elementwise(
          'pNormGradient',
          (v, n, g) =>
            g
              .mul(v.sign())
              .mul(power(v.abs(), p - 1))
              .div(power(n, p - 1).add(epsilon)),
          [tensor, result, gradient],
        ),
      ],
    },
  );
  return result;
}
