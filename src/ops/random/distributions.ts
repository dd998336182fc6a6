import { operation } from '../../autograd/index.ts';
import type { RandomAttributes } from '../../backends/kernels.ts';
import { run } from '../../backends/registry.ts';
import { binary, type Expr, input, unary } from '../../expr/index.ts';
import {
  checkShape,
  type DType,
  DTypeError,
  formatShape,
  isFloat,
  isInteger,
  runWithDataOf,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
} from '../../tensor/index.ts';
import { elementwise, formulaKernel } from '../elementwise/elementwise.ts';
import { argmax } from '../reduce/arg-reduce.ts';
import { emptyTensor } from '../result.ts';
import { reshape } from '../shape/reshape.ts';
import { asTensor, type TensorLike } from '../tensor-like.ts';
import { nextKernelKey } from './state.ts';

/** Options of all random numbers. */
export interface RandomOptions {
  /** Type of the numbers; float32 by default (int32 for integers). */
  readonly dtype?: DType;
  /** A seed of its own: the same numbers at each call. By default the program's stream goes on. */
  readonly seed?: number | null;
}

/** Draws numbers and turns them into a distribution by a formula. */
function draw(
  name: string,
  shape: Shape,
  op: RandomAttributes['op'],
  formula: Expr | null,
  dtype: DType,
  seed: number | null | undefined,
): Tensor {
  checkShape(name, shape);
  const { key, salt } = nextKernelKey(name, seed);
  const forward = (): Tensor => {
    const drawn = emptyTensor(shape, op === 'bits' ? 'int32' : 'float32');
    run('random', [key], [drawn], { op, salt });
    if (dtype !== drawn.dtype) return formulaKernel(formula ?? input(0), [drawn], shape, dtype);
    if (formula) run('elementwise', [drawn], [drawn], { formulas: [formula] });
    return drawn;
  };
  return operation(`random.${name}`, [key], () => [forward()])[0];
}

function checkFloat(name: string, dtype: DType): void {
  if (!isFloat(dtype)) {
    throw new DTypeError(`random.${name}: needs a floating-point dtype, received ${dtype}`);
  }
}

/** `scale * x + shift`, null where that is x. */
function affine(scale: number, shift: number): Expr | null {
  if (scale === 1 && shift === 0) return null;
  return input(0).mul(scale).add(shift);
}

/** Numbers spread evenly over [minval, maxval). */
export function uniform(
  shape: Shape,
  {
    minval = 0,
    maxval = 1,
    dtype = 'float32',
    seed,
  }: RandomOptions & { readonly minval?: number; readonly maxval?: number } = {},
): Tensor {
  checkFloat('uniform', dtype);
  if (!(minval <= maxval)) {
    throw new ValueError(`random.uniform: minval ${minval} is greater than maxval ${maxval}`);
  }
  return draw('uniform', shape, 'uniform', affine(maxval - minval, minval), dtype, seed);
}

/** Options of normal distributions: mean 0 and deviation 1 by default. */
export interface NormalOptions extends RandomOptions {
  readonly mean?: number;
  readonly stddev?: number;
}

/** Normally distributed numbers. */
export function normal(
  shape: Shape,
  { mean = 0, stddev = 1, dtype = 'float32', seed }: NormalOptions = {},
): Tensor {
  checkFloat('normal', dtype);
  return draw('normal', shape, 'normal', affine(stddev, mean), dtype, seed);
}

/** erf(2 / sqrt(2)), the share of a normal distribution within two standard deviations. */
const WITHIN_TWO = 0.9544997361036416;

/**
 * Normally distributed numbers within two standard deviations of the mean. Nothing is rejected:
 * uniform numbers over that part of the distribution function go through its inverse.
 */
export function truncatedNormal(
  shape: Shape,
  { mean = 0, stddev = 1, dtype = 'float32', seed }: NormalOptions = {},
): Tensor {
  checkFloat('truncatedNormal', dtype);
  const place = input(0)
    .mul(2 * WITHIN_TWO)
    .sub(WITHIN_TWO);
  const formula = unary('erfinv', place)
    .mul(Math.SQRT2 * stddev)
    .add(mean);
  return draw('truncatedNormal', shape, 'uniform', formula, dtype, seed);
}

/** True with probability `p`; another dtype gives ones and zeros. */
export function bernoulli(
  shape: Shape,
  { p = 0.5, dtype = 'bool', seed }: RandomOptions & { readonly p?: number } = {},
): Tensor {
  if (!(p >= 0 && p <= 1)) {
    throw new ValueError(`random.bernoulli: p must lie in [0, 1], received ${p}`);
  }
  return draw('bernoulli', shape, 'uniform', input(0).lt(p), dtype, seed);
}

/** Whole numbers spread evenly over [minval, maxval), at most 2^31 - 1 of them. */
export function randint(
  shape: Shape,
  minval: number,
  maxval: number,
  { dtype = 'int32', seed }: RandomOptions = {},
): Tensor {
  const range = maxval - minval;
  if (![minval, maxval].every(Number.isInteger) || range < 1 || range >= 2 ** 31) {
    throw new ValueError(
      'random.randint: minval and maxval must be whole numbers with minval < maxval and less than 2^31 ' +
        `apart, received ${minval} and ${maxval}`,
    );
  }
  if (!isInteger(dtype)) {
    throw new DTypeError(`random.randint: needs an integer dtype, received ${dtype}`);
  }
  const positive = binary('bitAnd', input(0), 0x7fffffff);
  return draw('randint', shape, 'bits', positive.mod(range).add(minval), dtype, seed);
}

/**
 * Draws classes from logits [batch, classes]: int32 [batch, samples]. The largest of logits plus
 * Gumbel noise is such a draw.
 */
export function categorical(
  logits: TensorLike,
  samples: number,
  { seed }: Pick<RandomOptions, 'seed'> = {},
): Tensor {
  const scores = asTensor('random.categorical', logits);
  if (scores.rank !== 2) {
    throw new ShapeError(
      `random.categorical: logits must have shape [batch, classes], received ` +
        formatShape(scores.shape),
    );
  }
  const [batch, classes] = scores.shape;
  const noise = runWithDataOf([scores], () => uniform([batch, samples, classes], { seed }));
  const gumbel = (u: Expr) => u.log().neg().log().neg();
  const noisy = elementwise(
    'random.categorical',
    (score, u) => score.add(gumbel(u)),
    [reshape(scores.detach(), [batch, 1, classes]), noise],
    { dtype: 'float' },
  );
  return argmax(noisy, -1);
}
