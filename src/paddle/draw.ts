// Numbers drawn at random for, by or into a tensor.
import * as ops from '../ops/index.ts';
import { type Tensor as CoreTensor, isFloat, sizeOf, ValueError } from '../tensor/index.ts';
import { gaussian, gumbel, randint, uniform } from './random.ts';
import { define } from './signature.ts';
import { type Tensor, type TensorLike, unwrap, wrap } from './tensor.ts';

/** Evenly spread numbers in [0, 1) of the shape of `input`. */
export const randLike = define(
  'randLike',
  ['input'],
  ['dtype'],
  (input: TensorLike, dtype?: string) => {
    const like = unwrap('randLike', input);
    return uniform(like.shape, dtype ?? like.dtype, 0, 1);
  },
);

/** Numbers of the standard normal distribution in the shape of `x`. */
export const randnLike = define('randnLike', ['x'], ['dtype'], (x: TensorLike, dtype?: string) => {
  const like = unwrap('randnLike', x);
  return gaussian(like.shape, 0, 1, 0, dtype ?? like.dtype);
});

/** Whole numbers in [low, high) of the shape of `x`. */
export const randintLike = define(
  'randintLike',
  ['x'],
  ['low', 'high', 'dtype'],
  (x: TensorLike, low: number = 0, high?: number, dtype?: string) => {
    const like = unwrap('randintLike', x);
    return randint(low, high ?? null, like.shape, dtype ?? like.dtype);
  },
);

/** 1 with the probability that `x` names, else 0. */
export const bernoulli = define('bernoulli', ['x'], ['p'], (x: TensorLike, p?: number) => {
  const tensor = unwrap('bernoulli', x);
  const drawn = ops.random.uniform(tensor.shape, { dtype: tensor.dtype });
  return wrap(ops.cast(ops.less(drawn, p ?? tensor.detach()), tensor.dtype));
});

/** Places drawn with the probabilities (or weights) of the last axis; int64. */
export const multinomial = define(
  'multinomial',
  ['x'],
  ['numSamples', 'replacement'],
  (x: TensorLike, numSamples: number = 1, replacement: boolean = false) => {
    const weights = unwrap('multinomial', x).detach();
    const rows = weights.rank === 1 ? ops.reshape(weights, [1, -1]) : weights;
    const shape = [...weights.shape.slice(0, -1), numSamples];
    if (
      !replacement &&
      Math.min(...Array.from(ops.countNonzero(rows, -1).dataSync())) < numSamples
    ) {
      throw new ValueError(
        `multinomial: ${numSamples} samples without replacement need as many places with a weight`,
      );
    }
    const logits = ops.log(rows);
    const drawn = replacement
      ? ops.random.categorical(logits, numSamples)
      : ops.topK(ops.add(logits, gumbel(rows.shape)), numSamples).indices;
    return wrap(ops.cast(ops.reshape(drawn, shape), 'int64'));
  },
);

/** Counts of events whose mean number is `x`; by counting arrivals of unit rate. */
export const poisson = define('poisson', ['x'], [], (x: TensorLike) => {
  const rate = unwrap('poisson', x).detach();
  const largest = rate.size ? Number(ops.max(rate).item()) : 0;
  const most = Math.ceil(largest + 10 * Math.sqrt(largest) + 20);
  const waits = ops.random.uniform([most, ...rate.shape], { minval: 1e-20, maxval: 1 });
  const arrivals = ops.cumsum(ops.neg(ops.log(waits)), 0);
  return wrap(ops.cast(ops.countNonzero(ops.lessEqual(arrivals, rate), 0), rate.dtype));
});

/** The number of successes of `count` trials with probability `prob`; int64. */
export const binomial = define(
  'binomial',
  ['count', 'prob'],
  [],
  (count: TensorLike, prob: TensorLike) => {
    const [trials, chance] = ops.broadcastTensors([
      unwrap('binomial', count),
      unwrap('binomial', prob),
    ]);
    const most = trials.size ? Number(ops.max(trials).item()) : 0;
    const drawn = ops.less(ops.random.uniform([most, ...trials.shape]), chance);
    const places = ops.reshape(ops.arange(most), [most, ...trials.shape.map(() => 1)]);
    const counted = ops.logicalAnd(drawn, ops.less(places, ops.cast(trials, 'int32')));
    return wrap(ops.cast(ops.countNonzero(counted, 0), 'int64'));
  },
);

const filled = (x: Tensor, op: string, value: CoreTensor): Tensor => {
  x.checkWritable(op);
  return x.become(op, ops.cast(value, x.dtype));
};

const drawType = (x: Tensor) => (isFloat(x.dtype) ? x.dtype : 'float32');

/** Fills a tensor with evenly spread numbers. */
export const uniform_ = define(
  'uniform_',
  ['x'],
  ['min', 'max', 'seed'],
  (x: Tensor, min: number = 0, max: number = 1, seedOfOwn: number = 0) =>
    filled(x, 'uniform_', uniform(x.shape, drawType(x), min, max, seedOfOwn).tensor),
);

/** Fills a tensor with normally spread numbers. */
export const normal_ = define(
  'normal_',
  ['x'],
  ['mean', 'std'],
  (x: Tensor, mean: number = 0, std: number = 1) =>
    filled(x, 'normal_', gaussian(x.shape, mean, std, 0, drawType(x)).tensor),
);
/** Fills a tensor with normally spread numbers. */
export const gaussian_ = normal_;

/** Fills a tensor with exponentially spread numbers of rate `lam`. */
export const exponential_ = define('exponential_', ['x'], ['lam'], (x: Tensor, lam: number = 1) => {
  const drawn = ops.random.uniform(x.shape, { dtype: drawType(x) });
  return filled(x, 'exponential_', ops.div(ops.neg(ops.log1p(ops.neg(drawn))), lam));
});

/** Fills a tensor with 1 (probability `p`) and 0. */
export const bernoulli_ = define('bernoulli_', ['x'], ['p'], (x: Tensor, p: number = 0.5) =>
  filled(x, 'bernoulli_', ops.random.bernoulli(x.shape, { p })),
);

/** The elements along the first axis in a random order. */
export const shuffle = define('shuffle', ['x'], [], (x: TensorLike) => {
  const tensor = unwrap('shuffle', x);
  return wrap(sizeOf(tensor.shape) ? ops.random.shuffle(tensor) : ops.copy(tensor));
});
