import {
  anything,
  boolean,
  factory,
  nullable,
  omitted,
  requiredInteger,
  withOptions,
} from '../config/index.ts';
import { cast, embedding as embeddingOp, notEqual, type Parameter } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import { constraint, initializer, quantizationConfig, regularizer } from './layer-options.ts';

/** Options of layers that look vectors up. */
export const embeddingOptions = {
  /** How many different integers there are: 0 to inputDim - 1. */
  inputDim: requiredInteger(),
  /** Length of each vector. */
  outputDim: requiredInteger(),
  embeddingsInitializer: initializer('uniform'),
  embeddingsRegularizer: regularizer(),
  activityRegularizer: regularizer(),
  embeddingsConstraint: constraint(),
  /** Whether 0 is padding: layers behind are told to pass over it. */
  maskZero: boolean(false),
  quantizationConfig: quantizationConfig(),
  /** Of Keras 2; not needed. */
  inputLength: omitted(nullable(anything<unknown>(null))),
};

/** A learned vector for each integer: [batch, ...] to [batch, ..., outputDim]. */
export class Embedding extends withOptions(Layer, embeddingOptions, ['inputDim', 'outputDim']) {
  static override readonly className: string = 'Embedding';
  embeddings!: Parameter;

  override build(_inputShape: SymbolicShape): void {
    this.embeddings = this.addWeight({
      name: 'embeddings',
      shape: [this.inputDim, this.outputDim],
      initializer: this.embeddingsInitializer,
      regularizer: this.embeddingsRegularizer,
      constraint: this.embeddingsConstraint,
    });
  }

  override call(x: Tensor): Tensor {
    return embeddingOp(cast(x, 'int32'), this.embeddings);
  }

  override computeMask(x: Tensor): Tensor | null {
    return this.maskZero ? notEqual(x, 0) : null;
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return [...inputShape, this.outputDim];
  }
}

/** Makes an {@link Embedding}. */
export const embedding = factory(Embedding);
