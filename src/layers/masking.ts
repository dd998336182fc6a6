import { factory, number, withOptions } from '../config/index.ts';
import { cast, notEqual } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { SameShapeLayer } from './same-shape-layer.ts';

/** Tells the layers behind to pass over time steps whose features all equal `maskValue`; those become 0. */
export class Masking extends withOptions(SameShapeLayer, { maskValue: number(0) }, ['maskValue']) {
  static override readonly className = 'Masking';
  override supportsMasking = true;

  override call(x: Tensor): Tensor {
    const counts = notEqual(x, this.maskValue).any(-1, { keepDims: true });
    return x.mul(cast(counts, x.dtype));
  }

  override computeMask(x: Tensor): Tensor {
    return notEqual(x, this.maskValue).any(-1);
  }
}

/** Makes a {@link Masking}. */
export const masking = factory(Masking);
