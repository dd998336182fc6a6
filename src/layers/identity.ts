import { factory } from '../config/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { SameShapeLayer } from './same-shape-layer.ts';

/** Gives its input. */
export class Identity extends SameShapeLayer {
  static override readonly className = 'Identity';
  override supportsMasking = true;

  override call(x: Tensor): Tensor {
    return x;
  }
}

/** Makes an {@link Identity}. */
export const identity = factory(Identity);
