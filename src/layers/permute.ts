import { badOption, factory, option, withOptions } from '../config/index.ts';
import { transpose } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';

const dims = option((input: readonly number[], where: string): readonly number[] => {
  const sorted = Array.isArray(input) ? input.toSorted((a, b) => a - b) : [];
  if (sorted.length === 0 || sorted.some((n, i) => n !== i + 1)) {
    throw badOption(where, 'the numbers 1 to n in some order', input);
  }
  return input;
});

/** The axes in another order, counted from 1, without the batch: `permute([2, 1])` exchanges two. */
export class Permute extends withOptions(Layer, { dims }, ['dims']) {
  static override readonly className = 'Permute';
  override inputSpec: Layer['inputSpec'] = { rank: this.dims.length + 1 };

  override call(x: Tensor): Tensor {
    return transpose(x, [0, ...this.dims]);
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return [0, ...this.dims].map((axis) => inputShape[axis]);
  }
}

/** Makes a {@link Permute}. */
export const permute = factory(Permute);
