import {
  boolean,
  factory,
  type Inputs,
  integer,
  nullable,
  omitted,
  option,
  show,
  withOptions,
} from '../config/index.ts';
import { type DType, type Tensor, ValueError } from '../tensor/index.ts';
import { plainDtype } from './dtype-option.ts';
import { KerasTensor, LayerNode, type SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';

const shapeOption = () => nullable(option((input: SymbolicShape) => input, [] as SymbolicShape));

const InputBase = withOptions(
  Layer,
  {
    trainable: omitted(Layer.options.trainable),
    dtype: plainDtype(),
    /** Shape of one example. */
    shape: omitted(shapeOption()),
    /** How many examples always come at once, if it is fixed. */
    batchSize: omitted(nullable(integer(1, { min: 0 }))),
    /** The whole shape, the batch first: instead of `shape` and `batchSize`. */
    batchShape: shapeOption(),
    /** Whether data may come as a sparse matrix. */
    sparse: boolean(false),
    ragged: boolean(false),
    /** Whether the input may be left out. */
    optional: boolean(false),
  },
  ['shape'],
);

/** Where data enters a model: gives one symbolic tensor, its `output`. */
export class InputLayer extends InputBase {
  static override readonly className = 'InputLayer';

  constructor(...args: ConstructorParameters<typeof InputBase>) {
    super(...args);
    if (this.batchShape === null) {
      if (this.shape === null) throw new ValueError('input: shape or batchShape must be given');
      this.batchShape = [this.batchSize, ...this.shape];
    }
    if (!Array.isArray(this.batchShape)) {
      throw new ValueError(`input: the shape must be a list, received ${show(this.batchShape)}`);
    }
    if (this.batchShape.some((n) => n !== null && (!Number.isInteger(n) || n < 0))) {
      throw new ValueError(
        `input: sizes of the shape must be integers >= 0 or null, received [${this.batchShape}]`,
      );
    }
    this.built = true;
    const { name, batchShape: shape, sparse } = this;
    const output = new KerasTensor({ shape, dtype: this.dtype as DType, name, sparse });
    this.inboundNodes.push(new LayerNode(this, [], {}, output));
  }

  override call(x: Tensor): Tensor {
    return x;
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape;
  }
}

/** Makes an {@link InputLayer}: the first item of a `Sequential`. */
export const input = factory(InputLayer);

/**
 * A symbolic tensor that layers are applied to: the beginning of a functional model.
 * @example const x = Input({ shape: [28, 28, 1] });
 */
export const Input = (options: Inputs<(typeof InputBase)['options']>): KerasTensor =>
  new InputLayer(options).output as KerasTensor;
