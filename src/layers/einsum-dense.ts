import { factory, nullable, option, required, text, withOptions } from '../config/index.ts';
import { einsum, type Parameter } from '../ops/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { analyzeEinsum } from './einsum-shapes.ts';
import type { SymbolicShape } from './keras-tensor.ts';
import { Layer } from './layer.ts';
import {
  activation,
  constraint,
  initializer,
  quantizationConfig,
  regularizer,
} from './layer-options.ts';

const outputShape = option((input: number | readonly (number | null)[]) =>
  typeof input === 'number' ? [input] : input,
);

/**
 * A fully connected layer over any axes, by an equation of Einstein's: input, kernel and result.
 * @example einsumDense('abc,cd->abd', [null, 64], { biasAxes: 'd' })
 */
export class EinsumDense extends withOptions(
  Layer,
  {
    /** Sizes of the result without the batch and the axes under '...'; null where the input tells. */
    outputShape,
    /** Input, kernel and result: `'...x,xy->...y'`. */
    equation: required(text('')),
    activation: activation(),
    /** Axes of the result along which the bias differs; null for no bias. */
    biasAxes: nullable(text('')),
    kernelInitializer: initializer('glorotUniform'),
    biasInitializer: initializer('zeros'),
    kernelRegularizer: regularizer(),
    biasRegularizer: regularizer(),
    activityRegularizer: regularizer(),
    kernelConstraint: constraint(),
    biasConstraint: constraint(),
    quantizationConfig: quantizationConfig(),
  },
  ['equation', 'outputShape', 'activation'],
) {
  static override readonly className = 'EinsumDense';
  kernel!: Parameter;
  bias: Parameter | null = null;

  override build(inputShape: SymbolicShape): void {
    const shapes = analyzeEinsum(this.name, this, inputShape);
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: shapes.kernel,
      initializer: this.kernelInitializer,
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
    });
    if (shapes.bias) {
      this.bias = this.addWeight({
        name: 'bias',
        shape: shapes.bias,
        initializer: this.biasInitializer,
        regularizer: this.biasRegularizer,
        constraint: this.biasConstraint,
      });
    }
  }

  override call(x: Tensor): Tensor {
    const product = einsum(this.equation, x, this.kernel);
    return this.activation(this.bias ? product.add(this.bias) : product);
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return analyzeEinsum(this.name, this, inputShape).output;
  }
}

/** Makes an {@link EinsumDense}. */
export const einsumDense = factory(EinsumDense);
