import { unaryResult } from '../../autograd/index.ts';
import { type Expr, input } from '../../expr/index.ts';
import { dtypes, normalizeAxes, type Tensor } from '../../tensor/index.ts';
import { abs, div, pow, sqrt } from '../elementwise/arithmetic.ts';
import { cast } from '../elementwise/cast.ts';
import { elementwise } from '../elementwise/elementwise.ts';
import { formulaOf } from '../elementwise/formulas.ts';
import { reshape } from '../shape/reshape.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import {
  type Axes,
  countOf,
  max,
  mean,
  min,
  type ReduceOptions,
  reducedShape,
  sum,
} from './reduce.ts';
import { reduceFormula } from './reduce-formula.ts';

/** Options of `variance` and `std`. */
export interface VarianceOptions extends ReduceOptions {
  /**
   * Subtracted from the number of elements in the divisor: 0 for the population, 1 for a sample.
   */
  readonly correction?: number;
}

/** Integers and bools as float32. */
export function asFloat(op: string, x: TensorLike): Tensor {
  const tensor = asTensor(op, x);
  return dtypes[tensor.dtype].kind === 'float' ? tensor : cast(tensor, 'float32');
}

/** The mean squared distance from the mean over axes, in two passes. */
export function variance(
  x: TensorLike,
  axis?: Axes,
  { keepDims, correction = 0 }: VarianceOptions = {},
): Tensor {
  const tensor = asFloat('variance', x);
  const axes = normalizeAxes('variance', axis, tensor.rank);
  const average = mean(tensor, axes, { keepDims: true });
  const divisor = countOf(tensor.shape, axes) - correction;
  const forward = (): Tensor => {
    const squares = reduceFormula('variance', 'sum', squaredDistance, [tensor, average], {
      axes,
      dtype: tensor.dtype,
    });
    return div(squares, divisor);
  };
  const result = unaryResult('variance', [tensor, average], forward, {
    attributes: { axes, correction },
    // The part that goes through the mean is zero: the distances add up to 0.
    backward: (gradient) => [
      elementwise(
        'varianceGradient',
        (v, m, g) =>
          v
            .sub(m)
            .mul(g)
            .mul(2 / divisor),
        [tensor, average, gradient],
      ),
      null,
    ],
  });
  return reshape(result, reducedShape(tensor.shape, axes, keepDims));
}

const logSumExpSlope = formulaOf((x, total, g) => x.sub(total).exp().mul(g));
const normSlope = formulaOf((x, n, g) => n.eq(0).select(0, x.mul(g).div(n.eq(0).select(1, n))));
const squaredDistance = input(0).sub(input(1)).square();

/** The square root of the variance. */
export const std = (x: TensorLike, axis?: Axes, options?: VarianceOptions): Tensor =>
  sqrt(variance(x, axis, options));

/** `log(sum(exp(x)))` over axes, without overflow. */
export function logSumExp(x: TensorLike, axis?: Axes, { keepDims }: ReduceOptions = {}): Tensor {
  const tensor = asFloat('logSumExp', x);
  const axes = normalizeAxes('logSumExp', axis, tensor.rank);
  const result: Tensor = unaryResult('logSumExp', [tensor], () => logSumExpKernel(tensor, axes), {
    attributes: { axes },
    backward: (gradient) => [
      elementwise('logSumExpGradient', logSumExpSlope, [tensor, result, gradient]),
    ],
  });
  return reshape(result, reducedShape(tensor.shape, axes, keepDims));
}

/**
 * `log(sum(exp(x)))` with the axes kept, unrecorded; where all is -Infinity, or Infinity occurs,
 * that is the result.
 */
export function logSumExpKernel(x: Tensor, axes: readonly number[]): Tensor {
  const { dtype } = x;
  const largest = reduceFormula('max', 'max', identity, [x], { axes, dtype });
  const total = reduceFormula('sumExp', 'sum', shiftedPower, [x, largest], { axes, dtype });
  return elementwise('logSumExp', logOfSum, [total, largest]);
}

/** The number, 0 if it is infinite: subtracting it must not give NaN. */
const finite = (m: Expr): Expr => m.abs().lt(Number.POSITIVE_INFINITY).select(m, 0);
const identity = input(0);
const shiftedPower = formulaOf((x, m) => x.sub(finite(m)).exp());
const logOfSum = formulaOf((sum, m) => sum.log().add(finite(m)));

/**
 * The norm of the elements over axes as one vector: order 2 by default, 1, Infinity, -Infinity, 0
 * (their count) or any p. The derivative of order 2 at the origin counts as 0.
 */
export function norm(
  x: TensorLike,
  axis?: Axes,
  { keepDims, order = 2 }: ReduceOptions & { readonly order?: number } = {},
): Tensor {
  const tensor = asFloat('norm', x);
  const axes = normalizeAxes('norm', axis, tensor.rank);
  const options = { keepDims };
  if (order === 2) return euclideanNorm(tensor, axes, keepDims);
  if (order === Number.POSITIVE_INFINITY) return max(abs(tensor), axes, options);
  if (order === Number.NEGATIVE_INFINITY) return min(abs(tensor), axes, options);
  if (order === 1) return sum(abs(tensor), axes, options);
  if (order === 0)
    return cast(
      sum(
        elementwise('isNonzero', (v) => v.ne(0), [tensor]),
        axes,
        options,
      ),
      tensor.dtype,
    );
  return pow(sum(pow(abs(tensor), order), axes, options), 1 / order);
}

function euclideanNorm(x: Tensor, axes: readonly number[], keepDims?: boolean): Tensor {
  const forward = (): Tensor => {
    const { dtype } = x;
    return sqrt(reduceFormula('norm', 'sum', input(0).square(), [x], { axes, dtype }));
  };
  const result: Tensor = unaryResult('norm', [x], forward, {
    attributes: { axes },
    backward: (gradient) => [elementwise('normGradient', normSlope, [x, result, gradient])],
  });
  return reshape(result, reducedShape(x.shape, axes, keepDims));
}

/** The mean and the variance over axes. */
export function moments(
  x: TensorLike,
  axis?: Axes,
  options: ReduceOptions = {},
): { mean: Tensor; variance: Tensor } {
  const tensor = asFloat('moments', x);
  return { mean: mean(tensor, axis, options), variance: variance(tensor, axis, options) };
}

/** The tensor divided by its norm over axes, at least `epsilon`. */
export function normalize(
  x: TensorLike,
  axis: Axes = -1,
  { order = 2, epsilon = 1e-12 }: { readonly order?: number; readonly epsilon?: number } = {},
): Tensor {
  const tensor = asFloat('normalize', x);
  const length = norm(tensor, axis, { order, keepDims: true });
  return elementwise('normalize', (v, n) => v.div(n.max(epsilon)), [tensor, length]);
}
