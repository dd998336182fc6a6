import {
  anything,
  boolean,
  factory,
  integer,
  number,
  omitted,
  withOptions,
} from '../config/index.ts';
import {
  cast,
  elementwise,
  expandDims,
  moments,
  mul,
  onesLike,
  type Parameter,
  reshape,
  update,
} from '../ops/index.ts';
import { normalizeAxis, type Tensor, ValueError } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import type { CallOptions } from './layer.ts';
import { constraint, initializer, regularizer } from './layer-options.ts';
import { SameShapeLayer } from './same-shape-layer.ts';
import { standardize } from './standardize.ts';

/**
 * Normalizes each channel to mean 0 and variance 1 over the batch, then scales by `gamma` and shifts by `beta`. In inference, and
 * when it is not trainable, the moving averages stand in for the batch's statistics.
 * Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167
 */
export class BatchNormalization extends withOptions(
  SameShapeLayer,
  {
    /** The channels' axis. */
    axis: integer(-1),
    /** Share of the moving averages that each batch leaves. */
    momentum: number(0.99, { min: 0, max: 1 }),
    epsilon: number(1e-3, { min: 0 }),
    center: boolean(true),
    scale: boolean(true),
    betaInitializer: initializer('zeros'),
    gammaInitializer: initializer('ones'),
    movingMeanInitializer: initializer('zeros'),
    movingVarianceInitializer: initializer('ones'),
    betaRegularizer: regularizer(),
    gammaRegularizer: regularizer(),
    betaConstraint: constraint(),
    gammaConstraint: constraint(),
    synchronized: boolean(false),
    renorm: omitted(boolean(false)),
    renormClipping: omitted(anything<unknown>(null)),
    renormMomentum: omitted(number(0.99)),
  },
  ['axis'],
) {
  static override readonly className = 'BatchNormalization';
  override supportsMasking = true;
  gamma: Parameter | null = null;
  beta: Parameter | null = null;
  movingMean!: Parameter;
  movingVariance!: Parameter;

  override build(inputShape: SymbolicShape): void {
    if (this.renorm) {
      throw new ValueError(`${this.name}: renorm is not supported; leave it out`);
    }
    const axis = normalizeAxis(this.name, this.axis, inputShape.length);
    const channels = inputShape[axis];
    if (channels === null) {
      throw new ValueError(`${this.name}: the size of axis ${this.axis} must be known`);
    }
    const shape = [channels];
    if (this.scale) {
      this.gamma = this.addWeight({
        name: 'gamma',
        shape,
        initializer: this.gammaInitializer,
        regularizer: this.gammaRegularizer,
        constraint: this.gammaConstraint,
      });
    }
    if (this.center) {
      this.beta = this.addWeight({
        name: 'beta',
        shape,
        initializer: this.betaInitializer,
        regularizer: this.betaRegularizer,
        constraint: this.betaConstraint,
      });
    }
    this.movingMean = this.addWeight({
      name: 'moving_mean',
      shape,
      initializer: this.movingMeanInitializer,
      trainable: false,
    });
    this.movingVariance = this.addWeight({
      name: 'moving_variance',
      shape,
      initializer: this.movingVarianceInitializer,
      trainable: false,
    });
    this.inputSpec = { rank: inputShape.length, axes: { [axis]: channels } };
  }

  override call(x: Tensor, { training, mask }: CallOptions): Tensor {
    const axis = normalizeAxis(this.name, this.axis, x.rank);
    const others = x.shape.map((_, i) => i).filter((i) => i !== axis);
    const shape = x.shape.map((n, i) => (i === axis ? n : 1));
    const spread = (values: Tensor | null): Tensor | null =>
      values && axis !== x.rank - 1 ? reshape(values, shape) : values;
    const normalized = (mean: Tensor, variance: Tensor): Tensor =>
      standardize(x, {
        mean: spread(mean),
        variance: spread(variance) as Tensor,
        epsilon: this.epsilon,
        gamma: spread(this.gamma),
        beta: spread(this.beta),
      });
    if (!training || !this.trainable) return normalized(this.movingMean, this.movingVariance);
    const { mean, variance } = mask ? maskedMoments(x, mask as Tensor, others) : moments(x, others);
    const { momentum } = this;
    update(
      (oldMean, newMean, oldVariance, newVariance) => [
        oldMean.mul(momentum).add(newMean.mul(1 - momentum)),
        oldVariance.mul(momentum).add(newVariance.mul(1 - momentum)),
      ],
      [this.movingMean, mean, this.movingVariance, variance],
      [this.movingMean, this.movingVariance],
    );
    return normalized(mean, variance);
  }
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
