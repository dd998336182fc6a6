import { factory, number, withOptions } from '../config/index.ts';
import { leakyRelu as leakyReluOp } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { SameShapeLayer } from './same-shape-layer.ts';

/** x where positive, else `negativeSlope * x`. */
export class LeakyReLU extends withOptions(SameShapeLayer, { negativeSlope: number(0.3) }, [
  'negativeSlope',
]) {
  static override readonly className = 'LeakyReLU';
  override supportsMasking = true;

  override call(x: Tensor): Tensor {
    return leakyReluOp(x, this.negativeSlope);
  }
}

/** Makes a {@link LeakyReLU}. */
export const leakyRelu = factory(LeakyReLU);
