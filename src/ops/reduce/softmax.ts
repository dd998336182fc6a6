import { unaryResult } from '../../autograd/index.ts';
import { input } from '../../expr/index.ts';
import { normalizeAxes, type Tensor } from '../../tensor/index.ts';
import { applyFormula, elementwise } from '../elementwise/elementwise.ts';
import type { TensorLike } from '../tensor-like.ts';
import { reduceFormula } from './reduce-formula.ts';
import { asFloat, logSumExpKernel } from './statistics.ts';

/** `exp(x) / sum(exp(x))` along an axis (or several), without overflow. */
export function softmax(x: TensorLike, axis: number | readonly number[] = -1): Tensor {
  const tensor = asFloat('softmax', x);
  const axes = normalizeAxes('softmax', axis, tensor.rank);
  const { dtype } = tensor;
  const forward = (): Tensor => {
    const largest = reduceFormula('max', 'max', input(0), [tensor], { axes, dtype });
    const powers = applyFormula('exp', input(0).sub(input(1)).exp(), [tensor, largest], dtype);
    const total = reduceFormula('sum', 'sum', input(0), [powers], { axes, dtype });
    return applyFormula('div', input(0).div(input(1)), [powers, total], dtype);
  };
  const result: Tensor = unaryResult('softmax', [tensor], forward, {
    attributes: { axes },
    backward: (gradient) => {
      const product = input(0).mul(input(1));
      const inner = reduceFormula('softmaxInner', 'sum', product, [gradient, result], {
        axes,
        dtype,
      });
      return [
        elementwise('softmaxGradient', (y, g, s) => y.mul(g.sub(s)), [result, gradient, inner]),
      ];
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
    applyFormula('sub', input(0).sub(input(1)), [tensor, logSumExpKernel(tensor, axes)], dtype);
  const result: Tensor = unaryResult('logSoftmax', [tensor], forward, {
    attributes: { axes },
    backward: (gradient) => {
      const total = reduceFormula('sum', 'sum', input(0), [gradient], { axes, dtype });
      return [
        elementwise('logSoftmaxGradient', (y, g, s) => g.sub(y.exp().mul(s)), [
          result,
          gradient,
          total,
        ]),
      ];
    },
  });
  return result;
}
