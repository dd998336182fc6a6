import { factory } from '../config/index.ts';
import { reshape } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { flatten, isShape, type ShapeOrShapes, type SymbolicShape } from './keras-tensor.ts';
import type { CallOptions, Layer } from './layer.ts';
import { Wrapper } from './wrapper.ts';

/** A layer applied to each step of a sequence [batch, time, ...]: all steps are worked on as one larger batch. */
export class TimeDistributed extends Wrapper {
  static override readonly className = 'TimeDistributed';
  override supportsMasking = true;
  override inputSpec: Layer['inputSpec'] = { minRank: 3 };

  override build([batch, , ...rest]: SymbolicShape): void {
    this.layer.build([batch, ...rest]);
  }

  override call(x: Tensor, { training, mask }: CallOptions): unknown {
    const [batch, time, ...rest] = x.shape;
    const steps = reshape(x, [batch * time, ...rest]);
    const given = mask as Tensor | null;
    const stepMask =
      given && given.rank > 2 ? reshape(given, [batch * time, ...given.shape.slice(2)]) : null;
    const result = this.layer.apply(steps, { training, mask: stepMask }) as Tensor;
    const unfolded = (y: Tensor): Tensor => reshape(y, [batch, time, ...y.shape.slice(1)]);
    return Array.isArray(result) ? flatten(result).map(unfolded) : unfolded(result);
  }

  override computeOutputShape([batch, time, ...rest]: SymbolicShape): ShapeOrShapes {
    const result = this.layer.computeOutputShape([batch, ...rest]);
    const unfolded = (shape: SymbolicShape): SymbolicShape => [batch, time, ...shape.slice(1)];
    return isShape(result) ? unfolded(result) : result.map(unfolded);
  }
}

/** Makes a {@link TimeDistributed}. */
export const timeDistributed = factory(TimeDistributed);
