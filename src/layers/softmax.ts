import { factory, option, withOptions } from '../config/index.ts';
import { cast, sub } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { activations } from './activations.ts';
import type { CallOptions } from './layer.ts';
import { SameShapeLayer } from './same-shape-layer.ts';

/** Added to scores that a mask rules out: their share becomes 0. */
const excluded = -1e9;

/** `exp(x) / sum(exp(x))` along an axis, or several; elements that a mask rules out get nothing. */
export class Softmax extends withOptions(
  SameShapeLayer,
  { axis: option((input: number | readonly number[]) => input, -1 as number | readonly number[]) },
  ['axis'],
) {
  static override readonly className = 'Softmax';
  override supportsMasking = true;

  override call(x: Tensor, { mask }: CallOptions = {}): Tensor {
    const scores = mask ? x.add(sub(1, cast(mask as Tensor, x.dtype)).mul(excluded)) : x;
    return activations.softmax(scores, { axis: this.axis });
  }
}

/** Makes a {@link Softmax}. */
export const softmax = factory(Softmax);
