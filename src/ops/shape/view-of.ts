import { unaryResult } from '../../autograd/index.ts';
import type { Shape, Tensor } from '../../tensor/index.ts';
import { copyInto } from '../copy.ts';
import { zeros } from '../create.ts';

/** Chooses some elements of a tensor of a known shape, each at most once, as a view on it. */
export type Pick = (x: Tensor) => Tensor;

/** A view of some of the tensor's elements; its gradient is zero at the others. */
export function viewOf(
  op: string,
  x: Tensor,
  pick: Pick,
  attributes: Readonly<Record<string, unknown>> = {},
): Tensor {
  return unaryResult(op, [x], () => pick(x), {
    attributes,
    backward: (gradient) => [embed(`${op}Gradient`, gradient, x.shape, pick)],
  });
}

/** A tensor of zeros in which the picked elements are those of `x`: the adjoint of `viewOf`. */
export function embed(op: string, x: Tensor, shape: Shape, pick: Pick): Tensor {
  const forward = (): Tensor => {
    const whole = zeros(shape, { dtype: x.dtype });
    copyInto(x, pick(whole));
    return whole;
  };
  return unaryResult(op, [x], forward, {
    backward: (gradient) => [viewOf(op, gradient, pick)],
  });
}
