import {
  boolean,
  choice,
  factory,
  omitted,
  requiredInteger,
  withOptions,
} from '../config/index.ts';
import type { TensorLike } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { encodeCategories, encodedShape } from './encode-categories.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { type CallOptions, Layer } from './layer.ts';

/** Numbers of categories as vectors: one 1 each, or 1s or counts for each sample. */
export class CategoryEncoding extends withOptions(
  Layer,
  {
    /** How many categories there are. */
    numTokens: requiredInteger(),
    outputMode: choice(['multi_hot', 'one_hot', 'count'], 'multi_hot'),
    sparse: omitted(boolean(false)),
  },
  ['numTokens', 'outputMode'],
) {
  static override readonly className = 'CategoryEncoding';

  override call(x: Tensor, { countWeights }: CallOptions = {}): Tensor {
    return encodeCategories(
      this.name,
      x,
      this.outputMode,
      this.numTokens,
      this.computeDtype,
      (countWeights as TensorLike | undefined) ?? null,
    );
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return encodedShape(inputShape, this.outputMode, this.numTokens);
  }
}

/** Makes a {@link CategoryEncoding}. */
export const categoryEncoding = factory(CategoryEncoding);
