import { expandDims, logicalOr } from '../ops/index.ts';
import { formatShape, ShapeError, type Tensor, ValueError } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { type CallOptions, Layer } from './layer.ts';

/** The base of layers that combine several inputs element by element, with broadcasting. */
export abstract class Merging extends Layer {
  override supportsMasking = true;

  /** Combines inputs of one rank. */
  protected abstract merge(inputs: readonly Tensor[]): Tensor;

  override build(inputShape: readonly SymbolicShape[]): void {
    this.computeOutputShape(inputShape);
  }

  override call(inputs: readonly Tensor[]): Tensor {
    const rank = Math.max(...inputs.map((x) => x.rank));
    return this.merge(
      inputs.map((x) => {
        let wide = x;
        while (wide.rank < rank) wide = expandDims(wide, 1);
        return wide;
      }),
    );
  }

  override computeMask(
    _inputs: readonly Tensor[],
    mask: NonNullable<CallOptions['mask']> | null,
  ): Tensor | null {
    if (!Array.isArray(mask) || mask.includes(null)) return null;
    return (mask as Tensor[]).reduce((either, next) => logicalOr(either, next));
  }

  override computeOutputShape(inputShape: readonly SymbolicShape[]): SymbolicShape {
    checkSeveral(this.name, inputShape);
    const rank = Math.max(...inputShape.map((shape) => shape.length));
    const shapes = inputShape.map((shape) => [
      shape[0],
      ...new Array<number>(rank - shape.length).fill(1),
      ...shape.slice(1),
    ]);
    return shapes.reduce((a, b) =>
      a.map((n, axis) => {
        const m = b[axis];
        if (n === 1 || n === m) return m;
        if (m === 1) return n;
        if (n === null || m === null) return n ?? m;
        throw new ShapeError(
          `${this.name}: inputs of shapes ${inputShape.map(formatShape).join(' and ')} cannot be combined`,
        );
      }),
    );
  }
}

/** Throws unless a layer was given a list of inputs. */
export function checkSeveral(name: string, shapes: readonly SymbolicShape[]): void {
  if (!Array.isArray(shapes) || !shapes.every((shape) => Array.isArray(shape))) {
    throw new ValueError(`${name}: must be called on a list of inputs, received one`);
  }
}
