import { unaryResult } from '../../autograd/index.ts';
import { input } from '../../expr/index.ts';
import { normalizeAxes, type Tensor } from '../../tensor/index.ts';
import { applyFormula, elementwise } from '../elementwise/elementwise.ts';
import { formulaOf } from '../elementwise/formulas.ts';
import type { TensorLike } from '../tensor-like.ts';
import { reduceFormula } from './reduce-formula.ts';
import { asFloat, logSumExpKernel } from './statistics.ts';

const productFormula = input(0).mul(input(1));
const difference = input(0).sub(input(1));
const quotient = input(0).div(input(1));
const shiftedPower = difference.exp();
/** Of the softmax, the gradient and the sum of their products. */
const softmaxSlope = formulaOf((y, g, s) => y.mul(g.sub(s)));
/** Of the log-softmax, the gradient and the gradient's sum. */
const logSoftmaxSlope = formulaOf((y, g, s) => g.sub(y.exp().mul(s)));

/** `exp(x) / sum(exp(x))` along an axis (or several), without overflow. */
export function softmax(x: TensorLike, axis: number | readonly number[] = -1): Tensor {
  const tensor = asFloat('softmax', x);
  const axes = normalizeAxes('softmax', axis, tensor.rank);
  const { dtype } = tensor;
  const forward = (): Tensor => {
    const largest = reduceFormula('max', 'max', input(0), [tensor], { axes, dtype });
    const powers = applyFormula('exp', shiftedPower, [tensor, largest], dtype);
    const total = reduceFormula('sum', 'sum', input(0), [powers], { axes, dtype });
    return applyFormula('div', quotient, [powers, total], dtype);
  };
  const result: Tensor = unaryResult('softmax', [tensor], forward, {
    attributes: { axes },
    backward: (gradient) => {
      const inner = reduceFormula('softmaxInner', 'sum', productFormula, [gradient, result], {
        axes,
        dtype,
      });
      return [elementwise('softmaxGradient', softmaxSlope, [result, gradient, inner])];
    },
  });
  return result;
}

/** `x - log(sum(exp(x)))` along an axis (or several), without overflow. */
export function logSoftmax(x: TensorLike, axis: number | readonly number[] = -1): Tensor {
  const tensor = asFloat('logSoftmax', x);
  const axes = normalizeAxes('logSoftmax', axis, tensor.rank);
  const { dtype } = tensor;
  const forward = (): Tensor =>
    applyFormula('sub', difference, [tensor, logSumExpKernel(tensor, axes)], dtype);
  const result: Tensor = unaryResult('logSoftmax', [tensor], forward, {
    attributes: { axes },
    backward: (gradient) => {
      const total = reduceFormula('sum', 'sum', input(0), [gradient], { axes, dtype });
      return [elementwise('logSoftmaxGradient', logSoftmaxSlope, [result, gradient, total])];
    },
  });
  return result;
}
