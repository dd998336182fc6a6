import { noGrad } from '../../autograd/index.ts';
import { matmul, moveAxis, reshape, sum } from '../../ops/index.ts';
import type { Tensor as CoreTensor } from '../../tensor/index.ts';
import type { Parameter } from '../parameter.ts';
import { type Tensor, wrap } from '../tensor.ts';

/** How the greatest singular value is found. */
export interface SpectralOptions {
  /** Axis of the outputs. */
  readonly dim: number;
  readonly powerIters: number;
  readonly eps: number;
}

const unit = (x: CoreTensor, eps: number): CoreTensor => x.div(sum(x.square()).sqrt().add(eps));

/**
 * The weight divided by its greatest singular value. `u` and `v` approach its vectors by power iteration and are kept from
 * call to call. Miyato et al. 2018, https://arxiv.org/abs/1802.05957
 */
export function spectrallyNormalized(
  weight: Tensor,
  u: Parameter,
  v: Parameter,
  { dim, powerIters, eps }: SpectralOptions,
): Tensor {
  const moved = moveAxis(weight.tensor, dim, 0);
  const matrix = reshape(moved, [moved.shape[0], -1]);
  noGrad(() => {
    for (let i = 0; i < powerIters; i++) {
      v.tensor.assign(unit(matmul(matrix.transpose(), u.tensor), eps));
      u.tensor.assign(unit(matmul(matrix, v.tensor), eps));
    }
  });
  const value = sum(u.tensor.detach().mul(matmul(matrix, v.tensor.detach())));
  return wrap(weight.tensor.div(value));
}
