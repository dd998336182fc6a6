import { noGrad } from '../autograd/index.ts';
import {
  badOption,
  boolean,
  type Config,
  factory,
  integer,
  nullable,
  number,
  omitted,
  option,
  withOptions,
} from '../config/index.ts';
import {
  assign,
  cast,
  elementwise,
  expandDims,
  moments,
  mul,
  onesLike,
  type Parameter,
  reshape,
  sqrt,
  update,
} from '../ops/index.ts';
import { normalizeAxis, type Shape, type Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import type { CallOptions } from './layer.ts';
import { initializer } from './layer-options.ts';
import { ScaledNormalization } from './scaled-normalization.ts';
import { standardize } from './standardize.ts';

/** Bounds of the correction of batch renormalization: r in [rmin, rmax], d in [-dmax, dmax]. */
interface Clipping {
  readonly rmin?: number;
  readonly rmax?: number;
  readonly dmax?: number;
}

const clipping = () =>
  nullable(
    option((input: Clipping, where: string): Clipping => {
      const { rmin = 0, rmax = Infinity, dmax = Infinity, ...others } = input ?? {};
      const numbers = [rmin, rmax, dmax].every((x) => typeof x === 'number');
      if (!numbers || Object.keys(others).length > 0 || !(rmin < rmax) || !(dmax >= 0)) {
        throw badOption(where, '{ rmin, rmax, dmax } with rmin < rmax and dmax >= 0', input);
      }
      return input;
    }, {}),
  );

/**
 * Normalizes each channel to mean 0 and variance 1 over the batch, then scales by `gamma` and shifts by `beta`. In inference, and
 * when it is not trainable, the moving averages stand in for the batch's statistics.
 * Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167
 */
export class BatchNormalization extends withOptions(
  ScaledNormalization,
  {
    /** The channels' axis. */
    axis: integer(-1),
    /** Share of the moving averages that each batch leaves. */
    momentum: number(0.99, { min: 0, max: 1 }),
    movingMeanInitializer: initializer('zeros'),
    movingVarianceInitializer: initializer('ones'),
    synchronized: boolean(false),
    /** Whether training, too, leans on moving statistics (Ioffe 2017, https://arxiv.org/abs/1702.03275): for small batches. */
    renorm: omitted(boolean(false)),
    renormClipping: omitted(clipping()),
    /** Share of the statistics of `renorm` that each batch leaves. */
    renormMomentum: omitted(number(0.99, { min: 0, max: 1 })),
  },
  ['axis'],
) {
  static override readonly className = 'BatchNormalization';
  movingMean!: Parameter;
  movingVariance!: Parameter;
  movingStddev: Parameter | null = null;
  renormMean: Parameter | null = null;
  renormStddev: Parameter | null = null;

  override build(inputShape: SymbolicShape): void {
    const shape = [this.channelsOf(inputShape, this.axis)];
    this.addScaleAndShift(shape);
    const statistic = (
      name: string,
      initial: Parameters<typeof this.addWeight>[0]['initializer'],
    ) => this.addWeight({ name, shape, initializer: initial, trainable: false });
    this.movingMean = statistic('moving_mean', this.movingMeanInitializer);
    this.movingVariance = statistic('moving_variance', this.movingVarianceInitializer);
    if (!this.renorm) return;
    const deviation = (size: Shape) => sqrt(this.movingVarianceInitializer.call(size));
    this.movingStddev = statistic('moving_stddev', deviation);
    this.renormMean = statistic('renorm_mean', this.movingMeanInitializer);
    this.renormStddev = statistic('renorm_stddev', deviation);
  }

  override call(x: Tensor, { training, mask }: CallOptions): Tensor {
    const axis = normalizeAxis(this.name, this.axis, x.rank);
    const others = x.shape.map((_, i) => i).filter((i) => i !== axis);
    const shape = x.shape.map((n, i) => (i === axis ? n : 1));
    const spread = (values: Tensor | null): Tensor | null =>
      values && axis !== x.rank - 1 ? reshape(values, shape) : values;
    const normalized = (mean: Tensor, variance: Tensor, scaling: Scaling = this): Tensor =>
      standardize(x, {
        mean: spread(mean),
        variance: spread(variance) as Tensor,
        epsilon: this.epsilon,
        gamma: spread(scaling.gamma),
        beta: spread(scaling.beta),
      });
    if (!training || !this.trainable) return normalized(this.movingMean, this.movingVariance);
    const { mean, variance } = mask ? maskedMoments(x, mask as Tensor, others) : moments(x, others);
    const scaling = this.renorm ? this.#renormalize(mean, variance) : this;
    if (!this.renorm) {
      this.#average(this.momentum, [this.movingMean, mean], [this.movingVariance, variance]);
    }
    return normalized(mean, variance, scaling);
  }

  /** What `gamma` and `beta` become: (x r + d) gamma + beta = x (r gamma) + (d gamma + beta); moves all statistics. */
  #renormalize(mean: Tensor, variance: Tensor): Scaling {
    const { epsilon, gamma, beta } = this;
    const [renormMean, renormStddev] = [this.renormMean, this.renormStddev] as Parameter[];
    const movingStddev = this.movingStddev as Parameter;
    const { rmin, rmax, dmax } = this.renormClipping ?? {};
    const [r, d] = noGrad(() => {
      const stddev = sqrt(variance.add(epsilon));
      const usual = renormStddev.maximum(Math.sqrt(epsilon));
      const ratio = stddev.div(usual);
      const shift = mean.sub(renormMean).div(usual);
      this.#average(this.renormMomentum, [renormMean, mean], [renormStddev, stddev]);
      this.#average(this.momentum, [this.movingMean, mean], [movingStddev, stddev]);
      assign(this.movingVariance, movingStddev.square().sub(epsilon).relu());
      return [
        ratio.clip(rmin ?? 0, rmax ?? Infinity),
        dmax === undefined ? shift : shift.clip(-dmax, dmax),
      ];
    });
    const shift = gamma ? mul(d, gamma) : d;
    return { gamma: gamma ? mul(r, gamma) : r, beta: beta ? shift.add(beta) : shift };
  }

  /** Moves averages towards what a batch has. */
  #average(momentum: number, ...pairs: readonly (readonly [Parameter, Tensor])[]): void {
    update(
      (...values) =>
        pairs.map((_, i) => values[2 * i].mul(momentum).add(values[2 * i + 1].mul(1 - momentum))),
      pairs.flat(),
      pairs.map(([average]) => average),
    );
  }

  /** Without `renorm` as files had it before that option, so that older Keras reads them, too. */
  override getConfig(): Config {
    const { renorm, renormClipping, renormMomentum } = this;
    return { ...super.getConfig(), ...(renorm && { renorm, renormClipping, renormMomentum }) };
  }
}

interface Scaling {
  readonly gamma: Tensor | null;
  readonly beta: Tensor | null;
}

/** Makes a {@link BatchNormalization}. */
export const batchNormalization = factory(BatchNormalization);

/** Keeps an average over no steps at all finite. */
const tiny = 1e-7;

/** Mean and variance over the steps that the mask [batch, ...] lets through. */
function maskedMoments(
  x: Tensor,
  mask: Tensor,
  axes: readonly number[],
): { mean: Tensor; variance: Tensor } {
  let weights = cast(mask, x.dtype);
  while (weights.rank < x.rank) weights = expandDims(weights, -1);
  const count = mul(weights, onesLike(x)).sum(axes).add(tiny);
  const mean = mul(weights, x).sum(axes).div(count);
  const distance = elementwise('distance', (v, m) => v.sub(m).square(), [x, mean]);
  return { mean, variance: mul(weights, distance).sum(axes).div(count) };
}
