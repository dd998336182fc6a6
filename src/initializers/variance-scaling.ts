import { anything, choice, factory, number, withOptions } from '../config/index.ts';
import { random } from '../ops/index.ts';
import type { DType, Shape, Tensor } from '../tensor/index.ts';
import { computeFans } from './fans.ts';
import { Initializer, seed } from './initializer.ts';

/** Standard deviation of a normal distribution of variance 1 cut off at two standard deviations. */
const truncatedStddev = 0.87962566103423978;

type Axes = number | readonly number[] | null;

const axes = { inputAxes: anything<Axes>(null), outputAxes: anything<Axes>(null) };

/**
 * Values whose variance is `scale / n`, with n the number of inputs (`fan_in`), of outputs (`fan_out`) or their mean
 * (`fan_avg`): signals keep their size from layer to layer.
 */
export class VarianceScaling extends withOptions(
  Initializer,
  {
    scale: number(1, { min: 0, above: true }),
    mode: choice(['fan_in', 'fan_out', 'fan_avg'], 'fan_in'),
    distribution: choice(
      ['truncated_normal', 'untruncated_normal', 'uniform', 'normal'],
      'truncated_normal',
    ),
    seed: seed(),
    ...axes,
  },
  ['scale', 'mode', 'distribution'],
) {
  static override readonly className = 'VarianceScaling';

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    return drawScaled(shape, dtype, this);
  }
}

/** Makes a {@link VarianceScaling}. */
export const varianceScaling = factory(VarianceScaling);

type Scaled = Pick<
  VarianceScaling,
  'scale' | 'mode' | 'distribution' | 'seed' | 'inputAxes' | 'outputAxes'
>;

function drawScaled(
  shape: Shape,
  dtype: DType,
  { scale, mode, distribution, seed, inputAxes, outputAxes }: Scaled,
): Tensor {
  const { fanIn, fanOut } = computeFans(shape, inputAxes, outputAxes);
  const fan = mode === 'fan_in' ? fanIn : mode === 'fan_out' ? fanOut : (fanIn + fanOut) / 2;
  const variance = scale / Math.max(1, fan);
  if (distribution === 'uniform') {
    const limit = Math.sqrt(3 * variance);
    return random.uniform(shape, { minval: -limit, maxval: limit, seed, dtype });
  }
  const stddev = Math.sqrt(variance);
  if (distribution === 'untruncated_normal') return random.normal(shape, { stddev, seed, dtype });
  return random.truncatedNormal(shape, { stddev: stddev / truncatedStddev, seed, dtype });
}

/** The base of initializers that are a variance scaling with fixed parameters. */
export abstract class FixedScaling extends withOptions(Initializer, { seed: seed(), ...axes }, [
  'seed',
]) {
  protected abstract readonly scaling: Pick<Scaled, 'scale' | 'mode' | 'distribution'>;

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    return drawScaled(shape, dtype, { ...this, ...this.scaling });
  }
}
