import { badOption, factory, option, withOptions } from '../config/index.ts';
import { reshape as reshapeOp } from '../ops/index.ts';
import { formatShape, ShapeError, sizeOf, type Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';

const targetShape = option((input: readonly number[], where: string): readonly number[] => {
  const good = Array.isArray(input) && input.every((n) => Number.isInteger(n) && n >= -1);
  if (!good || input.filter((n) => n === -1).length > 1) {
    throw badOption(where, 'a list of integers >= 0 with -1 at most once', input);
  }
  return input;
});

/** The same numbers in another shape, without the batch: `reshape([7, 7, 16])`; -1 is what is left over. */
export class Reshape extends withOptions(Layer, { targetShape }, ['targetShape']) {
  static override readonly className = 'Reshape';

  override call(x: Tensor): Tensor {
    return reshapeOp(x, this.computeOutputShape(x.shape) as readonly number[]);
  }

  override computeOutputShape([batch, ...rest]: SymbolicShape): SymbolicShape {
    const { targetShape } = this;
    const known = sizeOf(targetShape.filter((n) => n !== -1));
    if (rest.includes(null)) return [batch, ...targetShape.map((n) => (n === -1 ? null : n))];
    const size = sizeOf(rest as number[]);
    const open = targetShape.includes(-1);
    if (open ? known === 0 || size % known !== 0 : size !== known) {
      throw new ShapeError(
        `${this.name}: ${size} numbers an example (shape ${formatShape(rest)}) do not fit into ` +
          formatShape(targetShape),
      );
    }
    return [batch, ...targetShape.map((n) => (n === -1 ? size / known : n))];
  }
}

/** Makes a {@link Reshape}. */
export const reshape = factory(Reshape);
