import { Layer, type SymbolicShape } from '../layers/index.ts';
import type { Parameter } from '../ops/index.ts';
import {
  conv2d,
  dense,
  depthwiseConv2d,
  elementwise,
  type FusedActivationName,
} from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';

/** Kernel and bias of a product, which may be those of the layer that it stands for. */
export interface ProductWeights {
  readonly kernel: Parameter;
  readonly bias: Parameter | null;
}

/** Where a layer of an inference model stands, and what it applies to its result. */
export interface Place {
  readonly name: string;
  /** Of the result. */
  readonly shape: SymbolicShape;
  readonly activation: FusedActivationName | undefined;
}

/** How a convolution's window moves. */
export interface Window {
  readonly strides: readonly number[];
  readonly padding: 'valid' | 'same' | readonly (readonly [number, number])[];
  readonly dilation: readonly number[];
  /** Null for a depthwise convolution. */
  readonly groups: number | null;
}

/** A layer that computes and is not trained. */
abstract class InferenceLayer extends Layer {
  readonly #shape: SymbolicShape;
  readonly activation: FusedActivationName | undefined;

  constructor({ name, shape, activation }: Place) {
    super({ name, trainable: false });
    this.#shape = shape;
    this.activation = activation;
  }

  override computeOutputShape(): SymbolicShape {
    return this.#shape;
  }
}

/** A convolution with what stood around it: zeros before, normalization and activation behind. */
export class InferenceConv extends InferenceLayer {
  readonly kernel: Parameter;
  readonly bias: Parameter | null;
  readonly #window: Window;

  constructor(place: Place, { kernel, bias }: ProductWeights, window: Window) {
    super(place);
    this.kernel = kernel;
    this.bias = bias;
    this.#window = window;
  }

  override call(x: Tensor): Tensor {
    const { groups, ...window } = this.#window;
    const { kernel, bias, activation } = this;
    if (groups === null) return depthwiseConv2d(x, kernel, { ...window, bias, activation });
    return conv2d(x, kernel, { ...window, groups, bias, activation });
  }
}

/** A fully connected layer with its normalization and activation. */
export class InferenceDense extends InferenceLayer {
  readonly kernel: Parameter;
  readonly bias: Parameter | null;

  constructor(place: Place, { kernel, bias }: ProductWeights) {
    super(place);
    this.kernel = kernel;
    this.bias = bias;
  }

  override call(x: Tensor): Tensor {
    return dense(x, this.kernel, this.bias, this.activation);
  }
}

/** A sum of two with its activation, in one pass. */
export class InferenceAdd extends InferenceLayer {
  override call([a, b]: readonly [Tensor, Tensor]): Tensor {
    return this.activation === 'relu'
      ? elementwise('addRelu', (x, y) => x.add(y).max(0), [a, b])
      : elementwise('addRelu6', (x, y) => x.add(y).max(0).min(6), [a, b]);
  }
}
