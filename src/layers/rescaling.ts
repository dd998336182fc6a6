import { anything, factory, option, withOptions } from '../config/index.ts';
import { asTensor, cast } from '../ops/index.ts';
import type { NestedArray, Tensor } from '../tensor/index.ts';
import { SameShapeLayer } from './same-shape-layer.ts';

/** `x * scale + offset`: pixels of 0 to 255 become 0 to 1 with `rescaling(1 / 255)`. */
export class Rescaling extends withOptions(
  SameShapeLayer,
  {
    /** A number, or a list with one for each channel. */
    scale: option((input: NestedArray) => input),
    offset: anything<NestedArray>(0),
  },
  ['scale', 'offset'],
) {
  static override readonly className = 'Rescaling';
  override supportsMasking = true;

  override call(x: Tensor): Tensor {
    const factor = (value: NestedArray): Tensor | number =>
      typeof value === 'number' ? value : cast(asTensor(this.name, value), this.computeDtype);
    return cast(x, this.computeDtype).mul(factor(this.scale)).add(factor(this.offset));
  }
}

/** Makes a {@link Rescaling}. */
export const rescaling = factory(Rescaling);
