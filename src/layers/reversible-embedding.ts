import { anything, boolean, factory, nullable, number, withOptions } from '../config/index.ts';
import { matmul, type Parameter } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Embedding } from './embedding.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import type { CallOptions } from './layer.ts';

/**
 * An embedding that also goes back: called with `reverse: true` it turns vectors [..., outputDim] into scores
 * [..., inputDim] for each integer, with the same table (transposed) or one of its own.
 */
export class ReversibleEmbedding extends withOptions(
  Embedding,
  {
    /** Whether both ways share one table. */
    tieWeights: boolean(true),
    reverseDtype: nullable(anything<unknown>(null)),
    /** Scores are kept within ± this, smoothly. */
    logitSoftCap: nullable(number(1)),
  },
  ['inputDim', 'outputDim'],
) {
  static override readonly className = 'ReversibleEmbedding';
  reverseEmbeddings: Parameter | null = null;

  override build(inputShape: SymbolicShape): void {
    super.build(inputShape);
    if (this.tieWeights) return;
    this.reverseEmbeddings = this.addWeight({
      name: 'reverse_embeddings',
      shape: [this.outputDim, this.inputDim],
      initializer: this.embeddingsInitializer,
    });
  }

  override call(x: Tensor, { reverse }: CallOptions = {}): Tensor {
    if (!reverse) return super.call(x);
    const scores = this.reverseEmbeddings
      ? matmul(x, this.reverseEmbeddings)
      : matmul(x, this.embeddings, { transposeB: true });
    const cap = this.logitSoftCap;
    return cap === null ? scores : scores.div(cap).tanh().mul(cap);
  }

  override computeOutputShape(
    inputShape: SymbolicShape,
    { reverse }: CallOptions = {},
  ): SymbolicShape {
    return reverse ? [...inputShape.slice(0, -1), this.inputDim] : [...inputShape, this.outputDim];
  }
}

/** Makes a {@link ReversibleEmbedding}. */
export const reversibleEmbedding = factory(ReversibleEmbedding);
