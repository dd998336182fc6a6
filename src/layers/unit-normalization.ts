import { factory, withOptions } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { axesOption } from './layer-normalization.ts';
import { SameShapeLayer } from './same-shape-layer.ts';

/** Keeps vectors of length 0 as they are. */
const tiny = 1e-12;

/** Scales each sample to length 1 along the given axes. */
export class UnitNormalization extends withOptions(SameShapeLayer, { axis: axesOption(-1) }, [
  'axis',
]) {
  static override readonly className = 'UnitNormalization';
  override supportsMasking = true;

  override call(x: Tensor): Tensor {
    return x.mul(x.square().sum(this.axis, { keepDims: true }).maximum(tiny).rsqrt());
  }
}

/** Makes a {@link UnitNormalization}. */
export const unitNormalization = factory(UnitNormalization);
