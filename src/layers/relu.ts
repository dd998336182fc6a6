import { factory, nullable, number, withOptions } from '../config/index.ts';
import { relu as reluOp } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { SameShapeLayer } from './same-shape-layer.ts';

/** `max(x, 0)`, with options a more general form. */
export class ReLU extends withOptions(
  SameShapeLayer,
  {
    /** Largest result. */
    maxValue: nullable(number(0, { min: 0 })),
    /** Slope below the threshold. */
    negativeSlope: number(0, { min: 0 }),
    threshold: number(0, { min: 0 }),
  },
  ['maxValue', 'negativeSlope', 'threshold'],
) {
  static override readonly className = 'ReLU';
  override supportsMasking = true;

  override call(x: Tensor): Tensor {
    const { negativeSlope, maxValue, threshold } = this;
    return reluOp(x, { negativeSlope, maxValue, threshold });
  }
}

/** Makes a {@link ReLU}. */
export const relu = factory(ReLU);
