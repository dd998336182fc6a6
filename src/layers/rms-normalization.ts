import { factory, number, withOptions } from '../config/index.ts';
import { mean, type Parameter, reshape } from '../ops/index.ts';
import { normalizeAxes, type Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { axesOption } from './layer-normalization.ts';
import { SameShapeLayer } from './same-shape-layer.ts';
import { standardize } from './standardize.ts';

/**
 * Divides each sample by its root mean square along the given axes, then scales by a learned `scale`.
 * Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467
 */
export class RMSNormalization extends withOptions(
  SameShapeLayer,
  { axis: axesOption(-1), epsilon: number(1e-6, { min: 0 }) },
  ['axis', 'epsilon'],
) {
  static override readonly className = 'RMSNormalization';
  override supportsMasking = true;
  scale!: Parameter;

  override build(inputShape: SymbolicShape): void {
    const axes = normalizeAxes(this.name, this.axis, inputShape.length);
    this.scale = this.addWeight({
      name: 'scale',
      shape: axes.map((axis) => inputShape[axis]) as number[],
      initializer: 'ones',
    });
  }

  override call(x: Tensor): Tensor {
    const axes = normalizeAxes(this.name, this.axis, x.rank);
    const shape = x.shape.map((n, axis) => (axes.includes(axis) ? n : 1));
    return standardize(x, {
      mean: null,
      variance: mean(x.square(), axes, { keepDims: true }),
      epsilon: this.epsilon,
      gamma: reshape(this.scale, shape),
    });
  }
}

/** Makes a {@link RMSNormalization}. */
export const rmsNormalization = factory(RMSNormalization);
