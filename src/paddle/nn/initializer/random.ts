import { unary } from '../../../expr/index.ts';
import { erf } from '../../../expr/math.ts';
import { orthogonal } from '../../../initializers/index.ts';
import { elementwise, random } from '../../../ops/index.ts';
import type { Tensor as CoreTensor } from '../../../tensor/index.ts';
import {
  type DType,
  formatShape,
  type Shape,
  ShapeError,
  sizeOf,
  ValueError,
} from '../../../tensor/index.ts';
import { withArguments } from '../../with-arguments.ts';
import { calculateGain } from './gain.ts';
import { fansOf, Initializer } from './initializer.ts';

const evenly = (shape: Shape, dtype: DType, minval: number, maxval: number): CoreTensor =>
  random.uniform(shape, { minval, maxval, dtype });

/** Normally distributed numbers. */
export class Normal extends withArguments<{ mean: number; std: number; name: string }>()(
  Initializer,
  ['mean', 'std', 'name'],
  0,
  { mean: 0, std: 1 },
) {
  override make(shape: Shape, dtype: DType): CoreTensor {
    return random.normal(shape, { mean: this.mean, stddev: this.std, dtype });
  }
}

interface TruncatedNormalArguments {
  readonly mean: number;
  readonly std: number;
  /** Least value; -2 by default. */
  readonly a: number;
  /** Greatest value; 2 by default. */
  readonly b: number;
  readonly name: string;
}

/**
 * Normally distributed numbers between `a` and `b`. Nothing is rejected: uniform numbers over that part of the
 * distribution function go through its inverse.
 */
export class TruncatedNormal extends withArguments<TruncatedNormalArguments>()(
  Initializer,
  ['mean', 'std', 'a', 'b', 'name'],
  0,
  { mean: 0, std: 1, a: -2, b: 2 },
) {
  override make(shape: Shape, dtype: DType): CoreTensor {
    const { mean, std, a, b } = this;
    if (!(a < b))
      throw new ValueError(`TruncatedNormal: a must be less than b, received ${a}, ${b}`);
    const place = (x: number): number => erf((x - mean) / (std * Math.SQRT2));
    const places = evenly(shape, dtype, place(a), place(b));
    return elementwise(
      'truncatedNormal',
      (p) =>
        unary('erfinv', p)
          .mul(std * Math.SQRT2)
          .add(mean)
          .max(a)
          .min(b),
      [places],
    );
  }
}

/** Numbers spread evenly from `low` to `high`; -1 to 1 by default. */
export class Uniform extends withArguments<{ low: number; high: number; name: string }>()(
  Initializer,
  ['low', 'high', 'name'],
  0,
  { low: -1, high: 1 },
) {
  override make(shape: Shape, dtype: DType): CoreTensor {
    return evenly(shape, dtype, this.low, this.high);
  }
}

interface XavierArguments {
  /** Inputs of a unit, in place of those of the shape. */
  readonly fanIn: number;
  /** Outputs of a unit, in place of those of the shape. */
  readonly fanOut: number;
  readonly gain: number;
  readonly name: string;
}

/** The deviation that keeps the variance of values and gradients. */
function xavierDeviation(
  shape: Shape,
  { fanIn, fanOut, gain }: Pick<XavierArguments, 'fanIn' | 'fanOut' | 'gain'>,
): number {
  const own = fansOf(shape);
  return gain * Math.sqrt(2 / ((fanIn ?? own.fanIn) + (fanOut ?? own.fanOut)));
}

/** Even numbers whose deviation is `gain * sqrt(2 / (fanIn + fanOut))`. Glorot and Bengio 2010. */
export class XavierUniform extends withArguments<XavierArguments>()(
  Initializer,
  ['fanIn', 'fanOut', 'gain', 'name'],
  0,
  { gain: 1 },
) {
  override make(shape: Shape, dtype: DType): CoreTensor {
    const limit = xavierDeviation(shape, this) * Math.sqrt(3);
    return evenly(shape, dtype, -limit, limit);
  }
}

/** Normal numbers of deviation `gain * sqrt(2 / (fanIn + fanOut))`. Glorot and Bengio 2010. */
export class XavierNormal extends withArguments<XavierArguments>()(
  Initializer,
  ['fanIn', 'fanOut', 'gain', 'name'],
  0,
  { gain: 1 },
) {
  override make(shape: Shape, dtype: DType): CoreTensor {
    return random.normal(shape, { stddev: xavierDeviation(shape, this), dtype });
  }
}

interface KaimingArguments {
  /** Inputs of a unit, in place of those of the shape. */
  readonly fanIn: number;
  /** Slope of a `leakyRelu`. */
  readonly negativeSlope: number;
  /** The activation behind the layer; 'relu' by default. */
  readonly nonlinearity: string;
  /** Whether values ('fan_in', the default) or gradients ('fan_out') shall keep their variance. */
  readonly mode: string;
}

function kaimingDeviation(
  shape: Shape,
  { fanIn, negativeSlope, nonlinearity, mode }: KaimingArguments,
): number {
  const own = fansOf(shape);
  const backwards = mode === 'fan_out' || mode === 'fanOut';
  if (!backwards && mode !== 'fan_in' && mode !== 'fanIn') {
    throw new ValueError(`Kaiming: mode must be 'fan_in' or 'fan_out', received '${mode}'`);
  }
  const fan = fanIn ?? (backwards ? own.fanOut : own.fanIn);
  return calculateGain.body(nonlinearity, negativeSlope) / Math.sqrt(fan);
}

const kaimingOrder = ['fanIn', 'negativeSlope', 'nonlinearity', 'mode'] as const;
const kaimingDefaults = { negativeSlope: 0, nonlinearity: 'relu', mode: 'fan_in' };

/** Even numbers of deviation `gain / sqrt(fanIn)`. He et al. 2015. */
export class KaimingUniform extends withArguments<KaimingArguments>()(
  Initializer,
  kaimingOrder,
  0,
  kaimingDefaults,
) {
  override make(shape: Shape, dtype: DType): CoreTensor {
    const limit = kaimingDeviation(shape, this) * Math.sqrt(3);
    return evenly(shape, dtype, -limit, limit);
  }
}

/** Normal numbers of deviation `gain / sqrt(fanIn)`. He et al. 2015. */
export class KaimingNormal extends withArguments<KaimingArguments>()(
  Initializer,
  kaimingOrder,
  0,
  kaimingDefaults,
) {
  override make(shape: Shape, dtype: DType): CoreTensor {
    return random.normal(shape, { stddev: kaimingDeviation(shape, this), dtype });
  }
}

/** A matrix with orthonormal columns (rows, if it is wider than high), times `gain`; the axes after the first are one. */
export class Orthogonal extends withArguments<{ gain: number; name: string }>()(
  Initializer,
  ['gain', 'name'],
  0,
  { gain: 1 },
) {
  override make(shape: Shape, dtype: DType): CoreTensor {
    if (shape.length < 2) {
      throw new ShapeError(
        `Orthogonal: needs two axes or more, received shape ${formatShape(shape)}`,
      );
    }
    const matrix = [shape[0], sizeOf(shape.slice(1))];
    return orthogonal({ gain: this.gain }).call(matrix, dtype).reshape(shape);
  }
}
