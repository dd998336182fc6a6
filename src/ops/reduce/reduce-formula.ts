import { unaryResult } from '../../autograd/index.ts';
import type { Reduction } from '../../backends/kernels.ts';
import { run } from '../../backends/registry.ts';
import type { Expr } from '../../expr/index.ts';
import {
  broadcastShapes,
  type DType,
  isDifferentiable,
  type Shape,
  type Tensor,
} from '../../tensor/index.ts';
import { gradientProduct, simplified } from '../elementwise/formulas.ts';
import { broadcastView, emptyTensor } from '../result.ts';
import { contract } from './contract.ts';

/** Options of `reduceFormula`. */
export interface ReduceFormulaOptions {
  /** Sorted axes to reduce; they have size 1 in the result. */
  readonly axes: readonly number[];
  readonly dtype: DType;
  /** Shape that the operands are broadcast to; by default what they give together. */
  readonly shape?: Shape;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/**
 * Reduces a scalar formula over axes in one launch, without storing its values: `sum((x - mean)^2)`
 * reads x once. Sums have a gradient; other reductions leave theirs to the caller.
 */
export function reduceFormula(
  name: string,
  op: Reduction,
  formula: Expr,
  operands: readonly Tensor[],
  options: ReduceFormulaOptions,
): Tensor {
  const { axes, dtype, attributes } = options;
  const whole = options.shape ?? broadcastShapes(name, ...operands.map((x) => x.shape));
  const forward = (): Tensor => {
    const shape = whole.map((n, axis) => (axes.includes(axis) ? 1 : n));
    const result = emptyTensor(shape, dtype);
    const views = operands.map((x) => broadcastView(x, whole));
    run('reduce', views, [result], { op, formula: simplified(formula), axes });
    return result;
  };
  const differentiable = op === 'sum' && isDifferentiable(dtype);
  return unaryResult(name, operands, forward, {
    attributes,
    backward: differentiable
      ? (gradient, needed) =>
          operands.map((x, i) => {
            if (!needed[i]) return null;
            const product = gradientProduct(formula, i, operands.length);
            return contract(`${name}Gradient`, product, [...operands, gradient], x);
          })
      : undefined,
  });
}
