// Numbers drawn at random. All come from the program's one stream, which `seed` starts.
import * as ops from '../ops/index.ts';
import { type Tensor as CoreTensor, ValueError } from '../tensor/index.ts';
import { getDefaultDtype, toDType } from './dtype.ts';
import { define } from './signature.ts';
import { type ShapeLike, toShape } from './sizes.ts';
import { Tensor, wrap } from './tensor.ts';

/** Starts the stream of random numbers: the same seed gives the same numbers. */
export const seed = define('seed', ['seed'], [], (value: number): void => ops.setSeed(value));
/** The same as `seed`. */
export const manualSeed = seed;

const floatType = (dtype: string | undefined) =>
  dtype === undefined ? getDefaultDtype() : toDType(dtype);

const own = (value: number): number | null => (value === 0 ? null : value);

/** Evenly spread numbers in [min, max). */
export const uniform = define(
  'uniform',
  ['shape'],
  ['dtype', 'min', 'max', 'seed'],
  (shape: ShapeLike, dtype?: string, min: number = 0, max: number = 1, seedOfOwn: number = 0) =>
    wrap(
      ops.random.uniform(toShape('uniform', shape), {
        minval: min,
        maxval: max,
        dtype: floatType(dtype),
        seed: own(seedOfOwn),
      }),
    ),
);

/** Evenly spread numbers in [0, 1). */
export const rand = define('rand', ['shape'], ['dtype'], (shape: ShapeLike, dtype?: string) =>
  uniform(shape, dtype, 0, 1),
);

/** Normally spread numbers. */
export const gaussian = define(
  'gaussian',
  ['shape'],
  ['mean', 'std', 'seed', 'dtype'],
  (shape: ShapeLike, mean: number = 0, std: number = 1, seedOfOwn: number = 0, dtype?: string) =>
    wrap(
      ops.random.normal(toShape('gaussian', shape), {
        mean,
        stddev: std,
        dtype: floatType(dtype),
        seed: own(seedOfOwn),
      }),
    ),
);

/** Numbers of the standard normal distribution. */
export const randn = define('randn', ['shape'], ['dtype'], (shape: ShapeLike, dtype?: string) =>
  gaussian(shape, 0, 1, 0, dtype),
);

/** Numbers of the standard normal distribution. */
export const standardNormal = define(
  'standardNormal',
  ['shape'],
  ['dtype'],
  (shape: ShapeLike, dtype?: string) => gaussian(shape, 0, 1, 0, dtype),
);

/** Normally spread numbers; mean and deviation may be tensors, whose shape the result then has. */
export const normal = define(
  'normal',
  [],
  ['mean', 'std', 'shape'],
  (mean: number | Tensor = 0, std: number | Tensor = 1, shape?: ShapeLike) => {
    if (typeof mean === 'number' && typeof std === 'number') {
      return gaussian(shape ?? [1], mean, std);
    }
    const like = (mean instanceof Tensor ? mean : (std as Tensor)).tensor;
    const [center, width] = [mean, std].map((x) => (x instanceof Tensor ? x.tensor : x));
    const drawn = ops.random.normal(like.shape, { dtype: like.dtype });
    return wrap(ops.add(ops.mul(drawn, width), center));
  },
);

/** Numbers whose logarithm is normally spread. */
export const logNormal = define(
  'logNormal',
  [],
  ['mean', 'std', 'shape'],
  (mean: number | Tensor = 1, std: number | Tensor = 2, shape?: ShapeLike) =>
    wrap(ops.exp(normal(mean, std, shape).tensor)),
);

/** Whole numbers in [low, high), or in [0, low) without `high`; int64. */
export const randint = define(
  'randint',
  [],
  ['low', 'high', 'shape', 'dtype'],
  (low: number = 0, high?: number, shape: ShapeLike = [1], dtype: string = 'int64') => {
    const [from, to] = high === undefined ? [0, low] : [low, high];
    if (from >= to) {
      throw new ValueError(`randint: needs low < high, received ${from} and ${to}`);
    }
    const drawn = ops.random.randint(toShape('randint', shape), from, to);
    return wrap(ops.cast(drawn, toDType(dtype)));
  },
);

/** The numbers from 0 to n - 1 in a random order; int64. */
export const randperm = define('randperm', ['n'], ['dtype'], (n: number, dtype: string = 'int64') =>
  wrap(ops.cast(ops.random.permutation(n), toDType(dtype))),
);

/** Numbers of the standard Gumbel distribution: the largest of them beside logits is a fair draw. */
export function gumbel(shape: readonly number[]): CoreTensor {
  const drawn = ops.random.uniform(shape, { minval: 1e-20, maxval: 1 });
  return ops.neg(ops.log(ops.neg(ops.log(drawn))));
}
