import * as ops from '../ops/index.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from './tensor.ts';

/** Einstein's summation: `einsum('ij,jk->ik', a, b)`. */
export function einsum(equation: string, ...tensors: readonly TensorLike[]): Tensor {
  return wrap(ops.einsum(equation, ...tensors.map((x) => unwrap('einsum', x))));
}
