import { run } from '../backends/registry.ts';
import { type Expr, input } from '../expr/index.ts';
import {
  broadcastShapes,
  formatShape,
  ShapeError,
  sameShape,
  type Tensor,
  ValueError,
} from '../tensor/index.ts';
import { copyInto } from './copy.ts';
import { simplified } from './elementwise/formulas.ts';
import { broadcastView } from './result.ts';
import { asTensor, type TensorLike } from './tensor-like.ts';

/**
 * Writes one formula of the inputs into each target, in place and unrecorded, in one kernel. A
 * target may be among the inputs. Inputs are broadcast to the targets, which have one shape. What
 * optimizers are made of.
 * @example update((w, g, rate) => [w.sub(g.mul(rate))], [w, w.grad, rate], [w]);
 */
export function update(
  formulas: readonly Expr[] | ((...inputs: Expr[]) => readonly Expr[]),
  inputs: readonly Tensor[],
  targets: readonly Tensor[],
): void {
  const list =
    typeof formulas === 'function' ? formulas(...inputs.map((_, i) => input(i))) : formulas;
  if (list.length !== targets.length || targets.length === 0) {
    throw new ValueError(`update: ${list.length} formulas for ${targets.length} targets`);
  }
  const { shape } = targets[0];
  for (const tensor of [...targets, ...inputs]) {
    const fits = targets.includes(tensor)
      ? sameShape(tensor.shape, shape)
      : sameShape(broadcastShapes('update', tensor.shape, shape), shape);
    if (!fits) {
      throw new ShapeError(
        `update: a tensor of shape ${formatShape(tensor.shape)} does not fit targets of shape ` +
          formatShape(shape),
      );
    }
  }
  const views = inputs.map((x) => broadcastView(x, shape));
  run('elementwise', views, targets, { formulas: list.map(simplified) });
}

/**
 * Replaces the target's elements in place, unrecorded; `value` has its shape or stretches to it.
 */
export function assign(target: Tensor, value: TensorLike): Tensor {
  const tensor = asTensor('assign', value, target.dtype);
  if (!sameShape(broadcastShapes('assign', tensor.shape, target.shape), target.shape)) {
    throw new ShapeError(
      `assign: a value of shape ${formatShape(tensor.shape)} does not fit the tensor of shape ` +
        formatShape(target.shape),
    );
  }
  copyInto(broadcastView(tensor, target.shape), target);
  return target;
}
