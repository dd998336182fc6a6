import { factory, number, withOptions } from '../config/index.ts';
import { elu as eluOp } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { SameShapeLayer } from './same-shape-layer.ts';

/** x where positive, else `alpha * (exp(x) - 1)`. */
export class ELU extends withOptions(SameShapeLayer, { alpha: number(1) }, ['alpha']) {
  static override readonly className = 'ELU';
  override supportsMasking = true;

  override call(x: Tensor): Tensor {
    return eluOp(x, this.alpha);
  }
}

/** Makes an {@link ELU}. */
export const elu = factory(ELU);
