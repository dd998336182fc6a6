import { factory, integer, withOptions } from '../config/index.ts';
import { moments, type Parameter, reshape } from '../ops/index.ts';
import { normalizeAxis, type Tensor, ValueError } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { ScaledNormalization } from './scaled-normalization.ts';
import { standardize } from './standardize.ts';

/**
 * Normalizes groups of channels of each sample to mean 0 and variance 1; -1 means a group for each channel.
 * Wu and He 2018, https://arxiv.org/abs/1803.08494
 */
export class GroupNormalization extends withOptions(
  ScaledNormalization,
  {
    groups: integer(32, { min: -1 }),
    /** The channels' axis. */
    axis: integer(-1),
  },
  ['groups', 'axis', 'epsilon'],
) {
  static override readonly className = 'GroupNormalization';

  override build(inputShape: SymbolicShape): void {
    const channels = this.channelsOf(inputShape, this.axis);
    if (this.groups === -1) this.groups = channels;
    if (this.groups === 0 || channels % this.groups !== 0) {
      throw new ValueError(
        `${this.name}: ${channels} channels cannot be split into ${this.groups} groups`,
      );
    }
    this.addScaleAndShift([channels]);
  }

  override call(x: Tensor): Tensor {
    const axis = normalizeAxis(this.name, this.axis, x.rank);
    const split = [
      ...x.shape.slice(0, axis),
      this.groups,
      x.shape[axis] / this.groups,
      ...x.shape.slice(axis + 1),
    ];
    const shape = split.map((n, i) => (i === axis || i === axis + 1 ? n : 1));
    const spread = (w: Parameter | null): Tensor | null => w && reshape(w, shape);
    const grouped = reshape(x, split);
    const axes = split.map((_, i) => i).filter((i) => i !== 0 && i !== axis);
    const normalized = standardize(grouped, {
      ...moments(grouped, axes, { keepDims: true }),
      epsilon: this.epsilon,
      gamma: spread(this.gamma),
      beta: spread(this.beta),
    });
    return reshape(normalized, x.shape);
  }
}

/** Makes a {@link GroupNormalization}. */
export const groupNormalization = factory(GroupNormalization);
