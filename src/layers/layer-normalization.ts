import { boolean, factory, option, withOptions } from '../config/index.ts';
import { mean, moments, type Parameter, reshape } from '../ops/index.ts';
import { normalizeAxes, type Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { ScaledNormalization } from './scaled-normalization.ts';
import { standardize } from './standardize.ts';

/** One axis, or several. */
export const axesOption = (initial: number | readonly number[]) =>
  option((input: number | readonly number[]) => input, initial);

/**
 * Normalizes each sample to mean 0 and variance 1 over the given axes, then scales by `gamma` and shifts by `beta`.
 * Ba et al. 2016, https://arxiv.org/abs/1607.06450
 */
export class LayerNormalization extends withOptions(
  ScaledNormalization,
  {
    axis: axesOption(-1),
    /** Whether to divide by the root mean square alone, without centering. */
    rmsScaling: boolean(false),
  },
  ['axis', 'epsilon'],
) {
  static override readonly className = 'LayerNormalization';

  override build(inputShape: SymbolicShape): void {
    const axes = normalizeAxes(this.name, this.axis, inputShape.length);
    const shape = axes.map((axis) => inputShape[axis]) as number[];
    this.addScaleAndShift(shape, {
      scale: this.scale || this.rmsScaling,
      center: this.center && !this.rmsScaling,
    });
  }

  override call(x: Tensor): Tensor {
    const axes = normalizeAxes(this.name, this.axis, x.rank);
    const shape = x.shape.map((n, axis) => (axes.includes(axis) ? n : 1));
    const spread = (w: Parameter | null): Tensor | null => w && reshape(w, shape);
    const gamma = spread(this.gamma);
    if (this.rmsScaling) {
      const square = mean(x.square(), axes, { keepDims: true });
      return standardize(x, { mean: null, variance: square, epsilon: this.epsilon, gamma });
    }
    return standardize(x, {
      ...moments(x, axes, { keepDims: true }),
      epsilon: this.epsilon,
      gamma,
      beta: spread(this.beta),
    });
  }
}

/** Makes a {@link LayerNormalization}. */
export const layerNormalization = factory(LayerNormalization);
