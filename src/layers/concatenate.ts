import { factory, integer, withOptions } from '../config/index.ts';
import { broadcastTo, concat, expandDims, ones } from '../ops/index.ts';
import { formatShape, normalizeAxis, ShapeError, type Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { type CallOptions, Layer } from './layer.ts';
import { checkSeveral } from './merging.ts';

/** A list of inputs one behind the other along an axis. */
export class Concatenate extends withOptions(Layer, { axis: integer(-1) }, ['axis']) {
  static override readonly className = 'Concatenate';
  override supportsMasking = true;

  override build(inputShape: readonly SymbolicShape[]): void {
    this.computeOutputShape(inputShape);
  }

  override call(inputs: readonly Tensor[]): Tensor {
    return concat(inputs, this.axis);
  }

  override computeMask(
    inputs: readonly Tensor[],
    mask: NonNullable<CallOptions['mask']> | null,
  ): Tensor | null {
    if (!Array.isArray(mask) || mask.every((one) => one === null)) return null;
    const masks = inputs.map((x, i) => {
      const own = mask[i] as Tensor | null;
      if (!own) return ones(x.shape, { dtype: 'bool' });
      return own.rank < x.rank ? broadcastTo(expandDims(own, -1), x.shape) : own;
    });
    return concat(masks, this.axis).any(-1);
  }

  override computeOutputShape(inputShape: readonly SymbolicShape[]): SymbolicShape {
    checkSeveral(this.name, inputShape);
    const [first] = inputShape;
    const along = normalizeAxis(this.name, this.axis, first.length);
    const fits = (shape: SymbolicShape): boolean =>
      shape.length === first.length &&
      shape.every((n, i) => i === along || n === null || first[i] === null || n === first[i]);
    if (!inputShape.every(fits)) {
      throw new ShapeError(
        `${this.name}: inputs must have one shape but for axis ${this.axis}, received ` +
          inputShape.map(formatShape).join(', '),
      );
    }
    const sizes = inputShape.map((shape) => shape[along]);
    const total = sizes.includes(null) ? null : (sizes as number[]).reduce((a, b) => a + b);
    return first.map((n, i) =>
      i === along ? total : (n ?? inputShape.find((shape) => shape[i] !== null)?.[i] ?? null),
    );
  }
}

/** Makes a {@link Concatenate}. */
export const concatenate = factory(Concatenate);
