import { type Expr, input } from '../../expr/index.ts';
import {
  broadcastShapes,
  type DType,
  type Shape,
  sameShape,
  type Tensor,
} from '../../tensor/index.ts';
import { full } from '../create.ts';
import { applyFormula } from '../elementwise/elementwise.ts';
import { simplified, usedInputs } from '../elementwise/formulas.ts';
import { broadcastTo } from '../shape/broadcast-to.ts';
import { reshape } from '../shape/reshape.ts';
import { reduceFormula } from './reduce-formula.ts';

/**
 * A formula over broadcast operands, summed down to the shape that `target` has: what gradients of
 * broadcast operations are made of. At most one launch, whether or not anything is summed.
 */
export function contract(
  name: string,
  formula: Expr,
  operands: readonly Tensor[],
  target: { readonly shape: Shape; readonly dtype: DType },
): Tensor {
  const { shape, dtype } = target;
  const folded = simplified(formula);
  if (folded.op === 'const' && folded.value === 0) return full(shape, 0, { dtype });
  const whole = broadcastShapes(name, ...operands.map((x) => x.shape));
  const [reduced, used] = usedInputs(folded, operands);
  if (sameShape(whole, shape)) {
    const plain = reduced.op === 'input' && used[0].dtype === dtype;
    return broadcastTo(plain ? used[0] : applyFormula(name, reduced, used, dtype), shape);
  }
  const axes = stretchedAxes(shape, whole);
  const sum = reduceFormula(name, 'sum', reduced, used, { shape: whole, axes, dtype });
  return reshape(sum, shape);
}

/** Axes along which `shape` is repeated when it is broadcast to `whole`. */
function stretchedAxes(shape: Shape, whole: Shape): number[] {
  const missing = whole.length - shape.length;
  const axes: number[] = [];
  for (let axis = 0; axis < whole.length; axis++) {
    if (axis < missing || (shape[axis - missing] === 1 && whole[axis] !== 1)) axes.push(axis);
  }
  return axes;
}

/** Sums what broadcasting to the tensor's shape repeated. */
export const sumTo = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : contract('sumTo', input(0), [x], { shape, dtype: x.dtype });
